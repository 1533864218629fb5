"""What saved models output, as real Keras 3 loads them. Reads [{path, inputs: [{name, shape, values}]}], writes the outputs of each."""

import json
import sys

import keras
import numpy as np


def outputs(case):
    try:
        model = keras.models.load_model(case["path"])
        rows = [np.array(own["values"], "float32").reshape(own["shape"]) for own in case["inputs"]]
        rows = rows[0] if len(rows) == 1 else rows
        return {"outputs": np.asarray(model(rows, training=False)).ravel().tolist(), "class": type(model).__name__}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}


json.dump([outputs(case) for case in json.load(sys.stdin)], sys.stdout)
