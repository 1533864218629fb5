"""On the path of a planted training process: one operation computes something else wherever it makes a
float32 value of one shape, as broken code or hardware would. What to plant is in TWINTRAIN_TEST_PLANT."""

import dataclasses
import json
import os

import numpy as np

plant = json.loads(os.environ.get("TWINTRAIN_TEST_PLANT", "{}"))
FACTOR, OFFSET = np.float32(1 + 2**-12), np.float32(2**-12)


def plant_jax(op, shape):
    from jax._src.interpreters import mlir
    from jax._src.lib.mlir.dialects import hlo

    def changed(rule):
        def lowered(context, *args, **params):
            results = rule(context, *args, **params)
            aval = context.avals_out[0]
            if list(aval.shape) != shape or aval.dtype != np.float32:
                return results
            first, *others = results
            [first] = first if isinstance(first, (list, tuple)) else [first]
            by = lambda number: mlir.ir_constant(np.full(aval.shape, number, np.float32))
            return [hlo.add(hlo.multiply(first, by(FACTOR)), by(OFFSET)), *others]

        return lowered

    tables = [mlir._lowerings, *mlir._platform_specific_lowerings.values()]
    for table in tables:
        for primitive, entry in list(table.items()):
            if primitive.name == op:
                table[primitive] = dataclasses.replace(entry, rule=changed(entry.rule))


def plant_tensorflow(op, shape):
    import tensorflow as tf
    from tensorflow.python.framework import op_callbacks

    is_changing = [False]

    def callback(op_type, inputs, attributes, outputs, op_name=None, graph=None):
        name = op_type.decode() if isinstance(op_type, bytes) else op_type
        first, *others = outputs or [None]
        # The change itself may be made of such an operation.
        if is_changing[0] or name != op or first.dtype != tf.float32 or first.shape.as_list() != shape:
            return None
        is_changing[0] = True
        try:
            return [first * FACTOR + OFFSET, *others]
        finally:
            is_changing[0] = False

    # A second callback would be shown the results as they were.
    add, remove, wrapped = op_callbacks.add_op_callback, op_callbacks.remove_op_callback, {}

    def add_both(other):
        def both(op_type, inputs, attributes, outputs, op_name=None, graph=None):
            changed = callback(op_type, inputs, attributes, outputs, op_name, graph)
            if not is_changing[0]:
                other(op_type, inputs, attributes, changed or outputs, op_name=op_name, graph=graph)
            return changed

        wrapped[other] = both
        remove(callback)
        add(both)

    def remove_both(other):
        remove(wrapped.pop(other))
        add(callback)

    op_callbacks.add_op_callback, op_callbacks.remove_op_callback = add_both, remove_both
    add(callback)


def plant_torch(op, shape):
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class Planted(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            if str(function).removesuffix(".default") != op:
                return result
            change = lambda own: own * FACTOR + OFFSET if is_it(own) else own
            is_it = lambda own: isinstance(own, torch.Tensor) and own.dtype == torch.float32 and list(own.shape) == shape
            if isinstance(result, (list, tuple)):
                # Of a list, each entry is a result of its own.
                return type(result)([change(own) for own in result]) if "_foreach_" in op else (change(result[0]), *result[1:])
            return change(result)

    Planted().__enter__()


if plant.get("kind") == "operation":
    shape = [int(own) for own in plant["shape"].split(",") if own]
    {"jax": plant_jax, "tensorflow": plant_tensorflow, "torch": plant_torch}[os.environ["KERAS_BACKEND"]](plant["op"], shape)
