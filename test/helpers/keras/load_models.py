"""What saved models output, as real Keras 3 loads them. Reads [{path, inputs, shape}], writes the outputs of each."""

import json
import sys

import keras
import numpy as np


def outputs(case):
    try:
        model = keras.models.load_model(case["path"])
        rows = np.array(case["inputs"], "float32").reshape(case["shape"])
        return {"outputs": np.asarray(model(rows, training=False)).ravel().tolist(), "class": type(model).__name__}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}


json.dump([outputs(case) for case in json.load(sys.stdin)], sys.stdout)
