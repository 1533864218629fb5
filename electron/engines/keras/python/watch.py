"""Follows one `fit` step by step, records it, and reports to the host."""

import importlib
import time

import keras
import numpy as np

from places import generator_of
from run_folder import next_hash_step, number, sha256
from taps import value_of

FRAME_SECONDS = 0.1
MOST_WAITING = 1_024
ROLES = {
    "recurrent_kernel": "recurrentKernel",
    "moving_mean": "movingMean",
    "moving_variance": "movingVariance",
    "depthwise_kernel": "depthwiseKernel",
    "pointwise_kernel": "pointwiseKernel",
}


class Watch:
    def __init__(self, model, run, folder, wire, control, orders, followed):
        """run: what the host prepared for it; folder: its RunFolder; orders: those given, by epoch."""
        self._followed, self._last_loss = followed, 0.0
        self._model, self._run, self._folder = model, run, folder
        self._wire, self._control, self._orders = wire, control, orders
        self._layers = {layer.name: layer for layer in model.layers}
        self._weights = [(own["layer"], own["role"], variable_of(model, own)) for own in run["weights"]]
        self._dropout = [(call, self._layers[call["layer"]]) for call in run["manifest"]["dropout"]]
        # Read before the fit, which takes the variables' values away; every draw adds one to a counter.
        self._starts = {
            layer.name: keras.ops.convert_to_numpy(generator_of(layer).state.value).astype(np.int64)
            for _, layer in self._dropout
        }
        self._recording = run["manifest"]["recording"]
        self._next_hash = next_hash_step(self._recording, 0)
        until = run.get("until") or {}
        self._last_step = until.get("step")
        self._is_observed = until.get("isTraced", False)
        self._keeps_at = until.get("keepsWeightsAt", [])
        self._losses, self._seeds = [], []
        self._batches = []
        self._flushed_at = time.monotonic()
        # Filled by the taps in a step. Kept here: a model fitted again gets new taps but keeps its step.
        self.captured = {}
        self.epoch = None
        self.steps = 0
        self.is_stopped = False
        folder.weights("initial", self.values())

    def values(self, value_of=value_of):
        """[(layer, role, float32 array)], in the order of the forward pass."""
        return [(layer, role, np.asarray(value_of(variable), "<f4")) for layer, role, variable in self._weights]

    def observer(self):
        """What computes the next step if every operation of it is to be noted; else None."""
        if not self._is_observed or self.steps + 1 != self._last_step:
            return None
        observe = importlib.import_module(f"observe_{keras.backend.backend()}")
        return observe.observed_step(self._model, self._folder.folder, self._last_step, self._weights)

    def before_step(self):
        def told(is_paused):
            self.flush()
            self._wire.tell("paused" if is_paused else "continued", run=self._run["id"], step=self.steps)

        self._control.hold(self.steps, told)
        if self._dropout:
            self._seeds.append(self._dropout_state())

    def after_step(self, loss, value_of):
        """loss: a backend scalar, perhaps not computed yet; value_of: a variable's value now."""
        self.steps += 1
        self._losses.append(loss)
        if self.steps == self._next_hash:
            self._folder.weight_hash(self.steps, self.values(value_of))
            self._next_hash = next_hash_step(self._recording, self.steps)
        if self.steps in self._keeps_at:
            self._folder.weights_after(self.steps, self.values(value_of))
        if self._control.is_stopped(self.steps) or self.steps == self._last_step:
            self.is_stopped = self.steps < self._run["totalSteps"]
            self._model.stop_training = True
        if len(self._losses) >= MOST_WAITING or time.monotonic() - self._flushed_at > FRAME_SECONDS:
            self.flush()

    def order(self, rows, stream, state):
        """Records an epoch's order, drawn whole. Keras throws away one drawn before the first epoch."""
        if self.epoch is not None:
            self._folder.order(self.epoch, self.steps + 1, np.asarray(rows), f"{stream}/shuffle", state)

    def begin_epoch(self, epoch):
        """epoch: from 1."""
        self.epoch = epoch
        if self._orders is not None:
            stream, rows = self._orders[epoch - 1]
            self._folder.order(epoch, self.steps + 1, rows, stream, None)

    def batch(self, rows, stream):
        """Notes the rows of one step, for backends that never show the whole order."""
        self._batches.append((rows, stream))

    def flush(self):
        """Records losses, and only then reports them to the host."""
        self._flushed_at = time.monotonic()
        if not self._losses:
            return
        losses = np.array([float(keras.ops.convert_to_numpy(loss)) for loss in self._losses], "<f4")
        first = self.steps - len(losses) + 1
        self._last_loss = float(losses[-1])
        if self._seeds:
            self._folder.append("dropout", np.concatenate(self._seeds).astype("<i4").tobytes())
        self._folder.append("losses", losses.tobytes())
        self._losses, self._seeds = [], []
        self._wire.tell("losses", run=self._run["id"], firstStep=first, count=len(losses))

    def end_epoch(self, logs):
        """logs: Keras' means; the names of validation metrics begin with val_."""
        first = self.steps - len(self._batches) + 1
        if self._batches:
            rows = np.concatenate([keras.ops.convert_to_numpy(own) for own, _ in self._batches])
            self._folder.order(self.epoch, first, rows, f"{self._batches[0][1]}/shuffle", None)
            self._batches = []
        self.flush()
        self._tell(self._followed.check(self.epoch, self.steps, self._last_loss, self.values))
        if self.steps % self._run["stepsPerEpoch"] != 0:
            return
        names = self._run["metrics"]
        told = {own: number(logs[theirs]) for own, theirs in names.items() if theirs in logs}
        validation = {own: number(logs[f"val_{theirs}"]) for own, theirs in names.items() if f"val_{theirs}" in logs}
        record = {"epoch": self.epoch, "lastStep": self.steps, "training": told, "validation": validation or None}
        self._folder.append("epochs", record)
        self._wire.tell("epochs-ended", run=self._run["id"], records=[record])
        self._tell(self._followed.end_epoch(self.epoch, self.steps, logs, self.values))

    def end(self):
        """After the fit: the last losses, weights and what callbacks did at the end."""
        self.flush()
        self._tell(self._followed.end(self.epoch, self.steps))
        self._folder.weights("final", self.values())

    def _tell(self, records):
        """Records what callbacks did, and reports it."""
        for record in records:
            self._folder.append("callbacks", record)
        if records:
            self._wire.tell("callbacks-acted", run=self._run["id"], records=records)

    def _dropout_state(self):
        """int32 [calls * 2]: each call's seed and draw count; on torch a hash of the generator's state."""
        return np.concatenate([self._state_of(layer, call["use"]) for call, layer in self._dropout])

    def _state_of(self, layer, use):
        if keras.backend.backend() == "torch":
            import torch

            digest = sha256(torch.get_rng_state().numpy().tobytes())
            return np.frombuffer(bytes.fromhex(digest[:16]), "<i4")
        start = self._starts[layer.name]
        uses = sum(own is layer for _, own in self._dropout)
        return np.array([start[0], start[1] + self.steps * uses + use - 1], np.int64).astype("<i4")


def variable_of(model, own):
    """The variable of a weight. own: as the host names it: its layer, role and shape, and
    the role within the part of the layer that has it, whose path begins with `path`."""
    layer = next((layer for layer in model.layers if layer.name == own["layer"]), None)
    weights = [] if layer is None else [weight for weight in layer.weights if is_in_part(weight, own)]
    role = own["inPart"]
    if isinstance(getattr(layer, "layer", layer), keras.layers.DepthwiseConv2D) and role == "depthwiseKernel":
        role = "kernel"
    found = next((weight for weight in weights if ROLES.get(weight.name, weight.name) == role), None)
    if found is None or list(found.shape) != own["shape"]:
        names = [f"{weight.name} {list(weight.shape)}" for weight in weights]
        raise ValueError(f"{own['layer']} has no weight {own['role']} of shape {own['shape']}: {names}")
    return found


def is_in_part(weight, own):
    """Whether a variable belongs to the part of the layer that the path names; an empty path is any part."""
    segments = weight.path.split("/")
    inside = segments[segments.index(own["layer"]) + 1 :] if own["layer"] in segments else segments
    return any(segment.startswith(own["path"]) for segment in inside[:-1]) or own["path"] == ""


class Epochs(keras.callbacks.Callback):
    """Epoch hooks only: a batch hook would make Keras wait for every step's values."""

    def __init__(self, watch, given=None):
        """given: the Ordered batches; None where Keras shuffles."""
        super().__init__()
        self._watch, self._given = watch, given

    def on_epoch_begin(self, epoch, logs=None):
        if self._given is not None:
            self._given.epoch = epoch + 1
        self._watch.begin_epoch(epoch + 1)

    def on_epoch_end(self, epoch, logs=None):
        self._watch.end_epoch(logs or {})
