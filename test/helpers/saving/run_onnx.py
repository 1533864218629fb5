"""What saved models output, as onnxruntime runs them. Reads [{path, inputs: [{name, shape, values}]}], writes the outputs of each."""

import json
import sys

import numpy as np
import onnxruntime


def outputs(case):
    try:
        session = onnxruntime.InferenceSession(case["path"], providers=["CPUExecutionProvider"])
        given = {own["name"]: np.array(own["values"], "float32").reshape(own["shape"]) for own in case["inputs"]}
        own = session.run(["output"], given)[0]
        # Any number of rows.
        one = {name: rows[:1] for name, rows in given.items()}
        assert session.run(["output"], one)[0].shape == (1, *own.shape[1:])
        return {"outputs": own.ravel().tolist()}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}


json.dump([outputs(case) for case in json.load(sys.stdin)], sys.stdout)
