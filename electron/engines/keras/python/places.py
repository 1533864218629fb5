"""Where in a training step Keras is: which layer's call, or the update of which weight."""

import contextlib
import functools

import keras

from taps import replaced

LOSS = {"pass": "loss", "layer": None, "call": 0, "role": None}
UPDATE = {"pass": "update", "layer": None, "call": 0, "role": None}
# What is computed for the logs alone; no result of the training depends on it.
METRICS = None


def backward_of(place):
    """The place of the gradient of what was computed at `place`."""
    if place is METRICS:
        return METRICS
    return {**place, "pass": "backward", **({} if place["pass"] == "forward" else {"layer": None, "call": 0})}


class Places:
    def __init__(self, model, weights, scope=None):
        """weights: [(layer, role, variable)]; scope: opens a block for each place that is entered."""
        self._model = model
        self._layers = {id(layer) for layer in model.layers}
        self._weights = {id(variable): (layer, role) for layer, role, variable in weights}
        self._scope = scope or (lambda place: contextlib.nullcontext())
        self._calls = {}
        self._stack = [LOSS]

    @property
    def now(self):
        return self._stack[-1]

    @contextlib.contextmanager
    def inside(self, place):
        self._stack.append(place)
        try:
            with self._scope(place):
                yield
        finally:
            self._stack.pop()

    @contextlib.contextmanager
    def followed(self):
        """Follows Keras while the block runs."""
        model, optimizer = self._model, self._model.optimizer
        with (
            replaced(keras.layers.Layer, "__call__", self._layer_call(keras.layers.Layer.__call__)),
            replaced(optimizer, "apply", self._always(optimizer.apply, UPDATE)),
            replaced(optimizer, "update_step", self._update_step(optimizer.update_step)),
            replaced(model._loss_tracker, "update_state", self._always(model._loss_tracker.update_state, METRICS)),
            replaced(model, "compute_metrics", self._always(model.compute_metrics, METRICS)),
        ):
            yield

    def _layer_call(self, call):
        places = self

        @functools.wraps(call)
        def called(layer, *args, **options):
            # A layer inside another, such as a cell, is a part of that one's call.
            if id(layer) not in places._layers:
                return call(layer, *args, **options)
            count = places._calls[layer.name] = places._calls.get(layer.name, 0) + 1
            with places.inside({"pass": "forward", "layer": layer.name, "call": count, "role": None}):
                return call(layer, *args, **options)

        return called

    def _update_step(self, update_step):
        @functools.wraps(update_step)
        def updated(gradient, variable, *args, **options):
            layer, role = self._weights.get(id(variable), (None, None))
            with self.inside({**UPDATE, "layer": layer, "role": role}):
                return update_step(gradient, variable, *args, **options)

        return updated

    def _always(self, method, place):
        @functools.wraps(method)
        def placed(*args, **options):
            with self.inside(place):
                return method(*args, **options)

        return placed


def slots_of(model, weights):
    """[(kind, name, variable)] of the optimiser's state: its rate, its counter, and its slots by weight."""
    named = {variable.path.replace("/", "_"): f"{layer}/{role}" for layer, role, variable in weights}
    found = []
    for index, variable in enumerate(model.optimizer.variables):
        if variable.name == "learning_rate":
            found.append(("rate", "learning rate", variable))
            continue
        own = variable.path.split("/", 1)[-1]
        # The longest first: one path may begin with another.
        start = next((start for start in sorted(named, key=len, reverse=True) if own.startswith(start)), None)
        name = own if start is None else f"{named[start]}{own[len(start):]}"
        found.append(("slot", name or str(index), variable))
    return found


def seeds_of(model):
    """[(layer, variable)] of the state of each layer's generator of its own."""
    found = [(layer.name, generator_of(layer)) for layer in model.layers]
    return [(name, generator.state) for name, generator in found if generator is not None]


def generator_of(layer):
    """The generator that a layer draws from in training: its own, or that of the dropout inside it; else None."""
    inside = getattr(layer, "_dropout_layer", None)
    return getattr(layer, "seed_generator", None) or getattr(inside, "seed_generator", None)


def batch_leaves(data):
    """(name, tensor) of what is given to a step, in order: one input or several, targets, perhaps weights."""
    inputs, *others = data
    several = isinstance(inputs, (list, tuple))
    own = [(f"inputs {number}", one) for number, one in enumerate(inputs, 1)] if several else [("inputs", inputs)]
    return [*own, *zip(("targets", "weights"), [one for one in others if one is not None])]
