"""What Keras' own callbacks do with given values of each epoch. Reads cases as JSON, writes the records of each."""

import json
import sys
import types

import keras
import numpy as np


def followed(case):
    """case: values by epoch, of one monitor, and the arguments of each callback."""
    rate = keras.Variable(np.float32(case["rate"]))
    model = types.SimpleNamespace(stop_training=False, optimizer=types.SimpleNamespace(learning_rate=rate), metrics=[])
    model.get_weights = lambda: [epoch]
    model.set_weights = lambda weights: restored.append(weights[0])
    optimizer = model.optimizer
    saved, restored = [], []
    checkpoint = keras.callbacks.ModelCheckpoint("x.weights.h5", save_best_only=True, save_weights_only=True, **case["watched"])
    checkpoint._save_model = lambda epoch, batch, logs: saved_if_best(epoch, logs)

    def saved_if_best(epoch, logs):
        if checkpoint.monitor_op is None:
            checkpoint._set_monitor_op()
        value = logs["val_loss"]
        if checkpoint._is_improvement(value, checkpoint.best):
            checkpoint.best = value
            saved.append(epoch + 1)

    plateau = keras.callbacks.ReduceLROnPlateau(**case["watched"], **case["plateau"])
    early = keras.callbacks.EarlyStopping(**case["watched"], **case["early"])
    all_of = (checkpoint, plateau, early)
    for own in all_of:
        own.set_model(model)
        own.on_train_begin()
    rates = []
    for epoch, value in enumerate(case["values"]):
        for own in all_of:
            own.on_epoch_end(epoch, {"val_loss": float(value)})
        now = optimizer.learning_rate
        rates.append(float(now if isinstance(now, float) else keras.ops.convert_to_numpy(now)))
        optimizer.learning_rate = keras.Variable(np.float32(rates[-1]))
        rates[-1] = float(np.float32(rates[-1]))
        if model.stop_training:
            break
    for own in all_of:
        own.on_train_end()
    return {"saved": saved, "rates": rates, "stopped": model.stop_training, "epochs": len(rates), "best": early.best_epoch + 1}


cases = json.load(sys.stdin)
json.dump([followed(case) for case in cases], sys.stdout)
