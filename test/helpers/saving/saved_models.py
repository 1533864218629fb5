"""What SavedModels that are made of .keras files output. Reads [{path, folder, inputs: [{name, shape, values}]}], writes the outputs."""

import json
import os
import sys

sys.path.insert(0, os.environ["TWINTRAIN_KERAS"])
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np
import tensorflow as tf

import saved_model


def outputs(case):
    try:
        if case["path"] is not None:
            sys.argv = ["saved_model.py", case["path"], case["folder"]]
            saved_model.main()
        rows = [np.array(own["values"], "float32").reshape(own["shape"]) for own in case["inputs"]]
        rows = rows[0] if len(rows) == 1 else rows
        # Its variables live as long as it does.
        model = tf.saved_model.load(case["folder"])
        return {"outputs": np.asarray(model.serve(rows)).ravel().tolist()}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}


json.dump([outputs(case) for case in json.load(sys.stdin)], out)
out.close()
