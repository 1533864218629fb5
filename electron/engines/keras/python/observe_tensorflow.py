"""One step on TensorFlow, operation by operation: eagerly, where the compiled function may join operations."""

import contextlib

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop
from tensorflow.python.framework import op_callbacks

from places import LOSS, METRICS, Places, backward_of, batch_leaves, seeds_of, slots_of
from step_trace import StepTrace
from taps import replaced

NOWHERE = {"pass": "backward", "layer": None, "call": 0, "role": None}


def observed_step(model, folder, step, weights):
    """The train function for one step: (iterator) -> logs."""

    def observed(iterator):
        data = next(iterator)
        trace = StepTrace(folder, step, "tensorflow")
        # Its optimisers are given the backend's own variables.
        places = Places(model, [*weights, *((layer, role, variable.value) for layer, role, variable in weights)])
        operations = Operations(trace, places)
        for layer, role, variable in weights:
            operations.variable("weight", f"{layer}/{role}", variable)
        for kind, name, variable in slots_of(model, weights):
            operations.variable(kind, name, variable)
        for layer, variable in seeds_of(model):
            operations.variable("seeds", layer, variable)
        batch = data["data"] if isinstance(data, dict) else data
        for name, tensor in batch_leaves(batch):
            operations.tensor("batch", name, tensor)
        with places.followed(), operations.noted():
            logs = model.train_step(data)
        trace.close()
        return logs

    return observed


class Operations:
    def __init__(self, trace, places):
        self._trace, self._places = trace, places
        # Places of values by the tensors' identity, and of variables' values by that of their handles.
        self._known, self._held = {}, {}
        # Another object must not get the identity of one that is gone.
        self._alive = []
        self._forward = []
        self._gradient_of = None

    def variable(self, kind, name, variable):
        handle = variable.value.handle
        self._alive.append(handle)
        self._held[id(handle)] = self._trace.source(kind, name, variable.value.numpy())

    def tensor(self, kind, name, tensor):
        self._alive.append(tensor)
        self._known[id(tensor)] = self._trace.source(kind, name, tensor.numpy())

    @contextlib.contextmanager
    def noted(self):
        """Notes every operation while the block runs."""
        tape = tf.GradientTape
        gradient = tape.gradient

        def backward(*args, **options):
            with self._in_gradient_of(NOWHERE):
                return gradient(*args, **options)

        own = backprop._gradient_function

        def gradient_function(op, attributes, count, inputs, outputs, gradients, *args):
            with self._in_gradient_of(backward_of(self._place_of(op, inputs, outputs, gradients))):
                return own(op, attributes, count, inputs, outputs, gradients, *args)

        pywrap_tfe.TFE_Py_RegisterGradientFunction(gradient_function)
        op_callbacks.add_op_callback(self._note)
        try:
            with replaced(tape, "gradient", backward):
                yield
        finally:
            op_callbacks.remove_op_callback(self._note)
            pywrap_tfe.TFE_Py_RegisterGradientFunction(own)

    @contextlib.contextmanager
    def _in_gradient_of(self, place):
        before, self._gradient_of = self._gradient_of, place
        try:
            yield
        finally:
            self._gradient_of = before

    def _place_of(self, op, inputs, outputs, gradients):
        """Where a forward operation was computed. The tape keeps only the tensors that its gradient needs."""
        kept = {id(own) for own in [*(inputs or []), *(outputs or [])] if own is not None}
        shape = next((own.shape for own in gradients if isinstance(own, tf.Tensor)), None)
        for at in range(len(self._forward) - 1, -1, -1):
            name, tensors, shapes, place = self._forward[at]
            if name == op and kept <= tensors and (shape is None or shape in shapes):
                # Where nothing is kept, the last that has had no gradient yet is meant.
                del self._forward[at]
                return place
        return LOSS

    def _note(self, op_type, inputs, attributes, outputs, op_name=None, graph=None):
        if graph is not None:
            return
        op = op_type.decode() if isinstance(op_type, bytes) else op_type
        self._alive.extend([*inputs, *outputs])
        place = self._places.now
        if self._gradient_of is not None:
            place = self._gradient_of
        elif place is not METRICS:
            tensors = {id(own) for own in [*inputs, *outputs]}
            self._forward.append((op, tensors, [own.shape for own in outputs], place))
        if place is METRICS:
            return
        if op == "ReadVariableOp":
            # What is read is what was there: no operation.
            self._known[id(outputs[0])] = self._value_in(inputs[0])
            return
        values = [self._input(own) for own in inputs]
        made = [self._output(own) for own in outputs]
        for handle in inputs:
            if handle.dtype == tf.resource and id(handle) in self._held:
                self._held[id(handle)] = self._trace.value(read(handle, attributes))
                made.append(self._held[id(handle)])
        self._trace.op(op, attributes_of(attributes), values, made, place)

    def _value_in(self, handle):
        return self._held.get(id(handle))

    def _input(self, own):
        if own.dtype == tf.resource:
            return self._value_in(own)
        if own.dtype in (tf.variant, tf.string):
            return None
        known = self._known.get(id(own))
        if known is None:
            known = self._known[id(own)] = self._trace.number(own.numpy())
        return known

    def _output(self, own):
        if own.dtype in (tf.resource, tf.variant, tf.string):
            return None
        place = self._known[id(own)] = self._trace.value(own.numpy())
        return place


def read(handle, attributes):
    """A variable's value after it was written to."""
    given = dict(zip(attributes[::2], attributes[1::2]))
    return tf.raw_ops.ReadVariableOp(resource=handle, dtype=given["dtype"]).numpy()


def attributes_of(attributes):
    """Names and values as text."""
    return "; ".join(f"{name}={value}" for name, value in zip(attributes[::2], attributes[1::2]))
