"""Follows the callbacks that a source gives to `fit`: they act by themselves, and what they did is recorded."""

import keras
import numpy as np

from run_folder import number
from taps import value_of


class Followed:
    """What real callbacks did, read from their own attributes after each epoch."""

    def __init__(self, callbacks, model, folder, place):
        """callbacks: Keras' own, in the order of the source; place: where a checkpoint writes its file."""
        self.callbacks = callbacks
        self._model, self._folder = model, folder
        self._early = self._only(keras.callbacks.EarlyStopping)
        self._plateau = self._only(keras.callbacks.ReduceLROnPlateau)
        self._checkpoint = self._only(keras.callbacks.ModelCheckpoint)
        self._on_nan = self._only(keras.callbacks.TerminateOnNaN)
        if self._checkpoint is not None:
            self._checkpoint.filepath = place
        self._best, self._kept = None, None
        self._rate = None if self._plateau is None else self._rate_now()

    def _only(self, kind):
        return next((own for own in self.callbacks if type(own) is kind), None)

    def end_epoch(self, epoch, step, logs, values):
        """Records of an epoch, from 1, that ended after a step; values: () -> the weights now."""
        at, records = {"epoch": epoch, "step": step}, []
        best = None if self._checkpoint is None else self._checkpoint.best
        if best is not None and repr(float(best)) != self._best:
            self._best, self._kept = repr(float(best)), values()
            records.append({"did": "kept-best", **at, "value": number(best)})
        if self._plateau is not None:
            before, self._rate = self._rate, self._rate_now()
            if self._rate < before:
                value = number(logs[self._plateau.monitor])
                records.append({"did": "reduced-rate", **at, "value": value, "learningRate": self._rate})
        early = self._early
        if early is not None and early.stopped_epoch == epoch - 1 and epoch > 1:
            value, best_epoch = number(logs[early.monitor]), early.best_epoch + 1
            records.append({"did": "stopped-early", **at, "value": value, "best": number(early.best), "bestEpoch": best_epoch})
        return records

    def check(self, epoch, step, loss, values):
        """Records of a last step whose loss is not finite. Keras does not show what its operations gave."""
        if self._on_nan is None or np.isfinite(loss):
            return []
        bad = [f"{layer}/{role}" for layer, role, own in values() if not np.isfinite(own).all()]
        tensor = f"weight {bad[0]} after the step" if bad else None
        return [{"did": "stopped-on-nan", "epoch": epoch, "step": step, "value": number(loss), "tensor": tensor}]

    def end(self, epoch, step):
        """Records of the end of a fit, whose best weights are kept in a file."""
        early, records = self._early, []
        if early is not None and early.restore_best_weights and early.best_weights is not None and early.best_epoch + 1 < epoch:
            records.append({"did": "restored-best", "epoch": epoch, "step": step, "bestEpoch": early.best_epoch + 1})
        if self._kept is not None:
            self._folder.weights("best", self._kept)
        return records

    def _rate_now(self):
        return float(value_of(self._model.optimizer.learning_rate))
