"""What saved models output, as onnxruntime runs them. Reads [{path, inputs, shape}], writes the outputs of each."""

import json
import sys

import numpy as np
import onnxruntime


def outputs(case):
    try:
        session = onnxruntime.InferenceSession(case["path"], providers=["CPUExecutionProvider"])
        rows = np.array(case["inputs"], "float32").reshape(case["shape"])
        own = session.run(["output"], {"input": rows})[0]
        # Any number of rows.
        assert session.run(["output"], {"input": rows[:1]})[0].shape == (1, *own.shape[1:])
        return {"outputs": own.ravel().tolist()}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}


json.dump([outputs(case) for case in json.load(sys.stdin)], sys.stdout)
