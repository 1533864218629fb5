"""Trains a project's source by a plain `fit`, without any of our code.

stdin: {source, seed, inputs, targets, inputShape, batchSize, epochs, rows}; rows are trained on, the
others validated. stdout: sha256 of each weight's float32 bytes, by layer and Keras' own name.
"""

import hashlib
import json
import os
import sys

# As many processors as a run with one thread may use: JAX takes its threads from there.
os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})

import keras
import numpy as np

own = json.load(sys.stdin)
keras.utils.set_random_seed(own["seed"])
names = {"__name__": "__main__"}
exec(own["source"], names)
model = names["model"]
x = np.load(own["inputs"]).astype("float32").reshape(-1, *own["inputShape"])
labels = np.load(own["targets"])
y = np.eye(labels.max() + 1, dtype="float32")[labels]
rows = own["rows"]
aside = (x[rows:], y[rows:]) if rows < len(x) else None
model.fit(x[:rows], y[:rows], batch_size=own["batchSize"], epochs=own["epochs"], validation_data=aside, verbose=0)
weights = {}
for layer in model.layers:
    for weight in layer.weights:
        if "seed_generator" not in weight.path:
            values = np.ascontiguousarray(keras.ops.convert_to_numpy(weight.value), "<f4")
            weights[f"{layer.name}/{weight.name}"] = hashlib.sha256(values.tobytes()).hexdigest()
json.dump(weights, sys.stdout)
