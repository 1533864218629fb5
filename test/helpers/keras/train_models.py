"""Trains Keras models of a JSON list on stdin, from given weights on given batches; prints losses and final weights.

Each has `source` (makes `model` and compiles it), `weights` (by layer and role, row-major), `inputs`,
`targets` (one-hot, numbers, or with `isSparse` class numbers) and `batches` (row numbers of each step); perhaps
`rowWeights`. With `evaluates` also what `evaluate` says of all rows after the last step, by name.
"""

import json
import sys

import keras
import numpy as np
import undrawn  # noqa: F401

# Layers within a layer, by what begins the segment of the path that names them.
PARTS = {"query": "query", "key": "key", "value": "value", "attention_output": "output",
         "forward_": "forward", "backward_": "backward"}


def role_of(layer, variable):
    """As the app names it: kernel, recurrentKernel, queryKernel, ..."""
    first, *others = variable.name.split("_")
    own = first + "".join(other.capitalize() for other in others)
    if isinstance(getattr(layer, "layer", layer), keras.layers.DepthwiseConv2D) and own == "kernel":
        return "depthwiseKernel"
    segments = variable.path.split("/")
    inside = segments[segments.index(layer.name) + 1 : -1] if layer.name in segments else []
    part = next((part for segment in inside for start, part in PARTS.items() if segment.startswith(start)), "")
    return part + own[0].upper() + own[1:] if part else own


def cut(x, rows):
    return [own[rows] for own in x] if isinstance(x, list) else x[rows]


def trained(own):
    keras.utils.clear_session()
    names = {"__name__": "__main__"}
    exec(own["source"], names)
    model = names["model"]
    layers = {layer.name: layer for layer in model.layers}
    variables = [
        next(w for w in layers[weight["layer"]].weights if role_of(layers[weight["layer"]], w) == weight["role"])
        for weight in own["weights"]
    ]
    for variable, weight in zip(variables, own["weights"]):
        variable.assign(np.array(weight["values"], "float32").reshape(variable.shape))
    x = np.array(own["inputs"], "float32").reshape(-1, *own["inputShape"])
    y = np.array(own["targets"], "float32").reshape(len(x), -1)
    if own.get("inputShapes"):
        ends = np.cumsum([np.prod(shape) for shape in own["inputShapes"]])
        x = [part.reshape(-1, *shape) for part, shape in zip(np.split(x, ends[:-1], axis=1), own["inputShapes"])]
    if own.get("isSparse"):
        y = y.argmax(axis=-1).astype("int32").reshape(-1, 1)
    counts = np.array(own["rowWeights"], "float32") if own.get("rowWeights") else None
    if own.get("evaluates"):
        # Metrics are looked at in the evaluation only; to compile them into the step as well takes seconds.
        model.compile(model.optimizer, model.loss)
    losses = []
    for rows in own["batches"]:
        model.reset_metrics()
        weight = None if counts is None else counts[rows]
        losses.append(float(model.train_on_batch(cut(x, rows), y[rows], sample_weight=weight, return_dict=True)["loss"]))
    answer = {"losses": losses, "weights": [np.asarray(own).ravel().tolist() for own in variables]}
    if own.get("evaluates"):
        exec(own["source"], names)
        names["model"].build((None, *own["inputShape"]))
        names["model"].set_weights(model.get_weights())
        told = names["model"].evaluate(x, y, sample_weight=counts, batch_size=own["evaluates"], verbose=0, return_dict=True)
        answer["evaluated"] = {name: float(value) for name, value in told.items()}
    return answer


def answer(own):
    try:
        return trained(own)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([answer(own) for own in json.load(sys.stdin)], sys.stdout)
