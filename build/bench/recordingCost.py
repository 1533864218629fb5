"""What recording costs a fit: the same model trained plain and recorded, in turn, in one process.

Arguments: the folder of the Keras engine's Python, rounds. One JSON line per network: the median time of a
step either way in ms, and the median of each round's own ratio with its quartiles.
"""

import contextlib
import json
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, sys.argv[1])

import keras  # noqa: E402
import numpy as np  # noqa: E402
from run_folder import RunFolder  # noqa: E402
from taps import TAPS  # noqa: E402
from watch import Epochs, Watch  # noqa: E402

NETS = {
    "4-64-64-3 b32": ((4, 64, 64, 3), 32, 100),
    "784-512-512-10 b128": ((784, 512, 512, 10), 128, 40),
}
recording = {"hashEverySteps": 2_000, "hashesFrom": 1, "snapshotEvery": {"seconds": 10}}


class Deaf:
    """A wire whose host says nothing and hears nothing."""

    def tell(self, *args, **fields):
        pass

    def hold(self, step, on_pause):
        pass

    def is_stopped(self, step):
        return False


def model_of(sizes):
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(size, activation="relu", name=f"hidden{at}") for at, size in enumerate(sizes[1:-1])]
    model = keras.Sequential([keras.Input(sizes[:1]), *layers, keras.layers.Dense(sizes[-1], activation="softmax", name="out")])
    model.compile(optimizer=keras.optimizers.Adam(), loss="categorical_crossentropy")
    return model


def weights_of(model):
    return [
        {"layer": layer.name, "role": weight.name, "shape": list(weight.shape)}
        for layer in model.layers
        for weight in layer.weights
    ]


def measured(name, sizes, batch, steps, rounds):
    random = np.random.default_rng(0)
    x = random.normal(size=(batch * steps, sizes[0])).astype("float32")
    y = np.eye(sizes[-1], dtype="float32")[random.integers(0, sizes[-1], len(x))]
    plain, recorded = model_of(sizes), model_of(sizes)
    place = tempfile.mkdtemp()
    manifest = {"dropout": [], "recording": recording}
    run = {
        "id": "bench", "weights": weights_of(recorded), "manifest": manifest, "metrics": {"loss": "loss"},
        "totalSteps": 1 << 30, "stepsPerEpoch": steps,
    }
    folder = RunFolder(place, manifest, {})
    watch = Watch(recorded, run, folder, Deaf(), Deaf(), None)
    ratios, times = [], ([], [])
    try:
        for turn in range(rounds + 2):
            own = [0.0, 0.0]
            for which in (0, 1) if turn % 2 else (1, 0):
                taps = TAPS[keras.backend.backend()](recorded, watch) if which else contextlib.nullcontext()
                model, callbacks = (recorded, [Epochs(watch)]) if which else (plain, [])
                with taps:
                    began = time.perf_counter()
                    model.fit(x, y, batch_size=batch, epochs=1, callbacks=callbacks, verbose=0)
                    own[which] = time.perf_counter() - began
            # The first two compile.
            if turn >= 2:
                ratios.append(own[1] / own[0])
                for which in (0, 1):
                    times[which].append(own[which] / steps * 1_000)
    finally:
        folder.close()
        shutil.rmtree(place, ignore_errors=True)
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "backend": keras.backend.backend(),
        "net": name,
        "plainMsPerStep": round(statistics.median(times[0]), 4),
        "recordedMsPerStep": round(statistics.median(times[1]), 4),
        "ratio": round(middle, 3),
        "quartiles": [round(low, 3), round(high, 3)],
    }


for name, (sizes, batch, steps) in NETS.items():
    print(json.dumps(measured(name, sizes, batch, steps, int(sys.argv[2]))), flush=True)
