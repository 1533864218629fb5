"""A training process: one script in, events out. It trains the given source with Keras' own `fit`.

The host prepares a folder: prepared.json (what each run is, its manifest without `ran`, its weights),
inputs.npy and targets.npy (float32, validation rows last), and each run's source.
"""

import json
import math
import os
import platform
import queue
import signal
import sys
import threading
import time
import traceback
from typing import NamedTuple

from control import Control
from wire import WIRE_VERSION, Wire


def main():
    # Ctrl+C in a terminal reaches the whole group; the host decides what it means for a run.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = Control()
    started = queue.Queue()

    def on_request(request):
        kind = request["type"]
        if kind == "stop":
            control.stop(request.get("atStep"))
        elif kind == "pause":
            control.pause(request.get("atStep"))
        elif kind == "continue":
            control.go_on()
        else:
            started.put(request)

    wire = Wire(on_request)
    threading.Thread(target=wire.listen, daemon=True).start()
    wire.tell("ready", wire=WIRE_VERSION)
    request = started.get()
    try:
        if request["type"] != "start":
            raise Refusal("bad-project", "Keras does not resume a fit that was interrupted.", "Run it again from the start.")
        run_script(request["script"], wire, control)
        wire.tell("script-ended")
    except BaseException as error:
        wire.tell("script-failed", error=wire_error(error))
    # Exiting now could lose output; the host kills this process once it has read the last line.
    threading.Event().wait()


class Refusal(Exception):
    def __init__(self, code, message, remedy):
        super().__init__(message)
        self.code, self.remedy = code, remedy


def wire_error(error):
    if isinstance(error, Refusal):
        return {"code": error.code, "message": str(error), "remedy": error.remedy}
    if isinstance(error, OSError) and error.errno == 28:
        return {"code": "disk-full", "message": f"The disk is full: {error}.", "remedy": "Make room, then run again."}
    if isinstance(error, MemoryError):
        return {"code": "out-of-memory", "message": f"Memory ran out: {error}.", "remedy": "Take a smaller batch or network."}
    if isinstance(error, ImportError):
        return {
            "code": "runtime-missing",
            "message": f"The Python environment of Keras is damaged: {error}.",
            "remedy": "Remove it and install it again: lab environments, or Keras at the foot of the window's places.",
        }
    traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    where = f" ({os.path.basename(last.filename)}, line {last.lineno})" if last else ""
    return {
        "code": "internal",
        "message": f"{type(error).__name__}: {str(error) or 'no details given'}{where}"[:2000],
        "remedy": "The message is Keras' own. Change the network or the training.",
    }


def limit_processors(threads):
    """JAX uses one thread per processor that the process may use; this must be set before it loads."""
    if hasattr(os, "sched_setaffinity"):
        usable = sorted(os.sched_getaffinity(0))
        first = os.getpid() % len(usable)
        chosen = {usable[(first + place) % len(usable)] for place in range(min(threads, len(usable)))}
        os.sched_setaffinity(0, chosen)


def keep_programs(place):
    """Lets JAX read and write compiled programs in a folder: the same machine code, without compiling it again."""
    import jax

    options = {
        "jax_compilation_cache_dir": place,
        "jax_persistent_cache_min_compile_time_secs": 0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
        "jax_persistent_cache_enable_xla_caches": "none",
    }
    for name, value in options.items():
        # Of another release.
        if hasattr(jax.config, name):
            jax.config.update(name, value)


def run_script(script, wire, control):
    folder = os.environ["TWINTRAIN_PREPARED"]
    with open(os.path.join(folder, "prepared.json"), encoding="utf-8") as file:
        prepared = json.load(file)
    backend, threads = prepared["backend"], script["environment"]["threads"]
    if backend == "jax":
        limit_processors(threads)
        keep_programs(os.path.join(folder, "programs"))
    import keras
    import numpy as np

    if backend == "torch":
        import torch

        torch.set_num_threads(threads)
    ran = environment(prepared, threads, keras, np)
    inputs = np.load(os.path.join(folder, "inputs.npy"))
    targets = np.load(os.path.join(folder, "targets.npy"))
    place = os.path.join(folder, "weights.npy")
    weights = np.load(place) if os.path.exists(place) else None
    if prepared["streams"] is not None:
        # What is not given, such as dropout's masks, comes from the same seed.
        keras.utils.set_random_seed(prepared["seed"])
    models, callbacks = {}, {}
    for action in script["actions"]:
        if control.is_stopped(0):
            return
        kind = action["do"]
        if kind == "seed":
            keras.utils.set_random_seed(prepared["seed"])
        elif kind == "reset":
            np.random.seed(prepared["seed"])
        elif kind == "build":
            name = action["model"]
            models[name], callbacks[name] = built(os.path.join(folder, f"{name}.py"))
            if prepared["runs"][name]["hasWeights"]:
                give_weights(models[name], prepared["runs"][name]["weights"], os.path.join(folder, f"{name}.weights.f32"))
        else:
            run = prepared["runs"][action["model"]]
            orders = given_orders(folder, prepared["streams"], run["rows"])
            maps = changes_of(os.path.join(folder, "maps.f64"), run["rows"])
            data = Data(inputs, targets, weights, prepared["weighsValidation"], maps)
            name = action["model"]
            status = fit((models[name], callbacks[name]), run, script, ran, data, orders, wire, control)
            if status == "stopped":
                return


def built(path):
    """The model that a source file builds and compiles, and its callbacks."""
    with open(path, encoding="utf-8") as file:
        source = file.read()
    names = {"__name__": "__main__"}
    exec(compile(source, path, "exec"), names)
    return names["model"], names.get("callbacks", [])


def give_weights(model, weights, path):
    """Sets every weight. path: float32, one weight after the other in the order of `weights`."""
    import numpy as np
    from watch import variable_of

    values, at = np.fromfile(path, "<f4"), 0
    for own in weights:
        size = int(np.prod(own["shape"], dtype=np.int64))
        variable_of(model, own).assign(values[at : at + size].reshape(own["shape"]))
        at += size


def given_orders(folder, streams, rows):
    """[(stream, order of the rows)] by epoch, where the host gives them; else None."""
    import numpy as np

    if streams is None:
        return None
    orders = np.fromfile(os.path.join(folder, "orders.u32"), "<u4").reshape(len(streams), rows)
    return list(zip(streams, orders))


def changes_of(path, rows):
    """(epoch, pictures) -> the pictures as they are changed for it; None if there is no file of maps."""
    if not os.path.exists(path):
        return None
    import numpy as np
    from augment import augmented

    maps = np.memmap(path, "<f8", "r").reshape(-1, rows, 6)
    return lambda epoch, pictures: augmented(pictures, maps[epoch - 1])


class Data(NamedTuple):
    """Rows for training and after them those for validation."""

    inputs: object
    targets: object
    weights: object
    weighs_validation: bool
    # How the pictures of an epoch, from 1, are changed; None where they are not.
    maps: object


def fit(trained, run, script, ran, data, orders, wire, control):
    """Trains and records one run. Returns how it ended; a fit that fails is an outcome, not an error here.

    trained: a model with its callbacks; orders: as given_orders gives them; None leaves the shuffle to Keras.
    """
    import keras
    from followed import Followed
    from run_folder import RunFolder
    from taps import TAPS
    from ordered import Ordered, cut
    from watch import Epochs, Watch

    (model, callbacks), manifest = trained, {**run["manifest"], "ran": ran}
    training, rows = script["training"], run["rows"]
    until = script.get("until")
    if until is not None and until["model"] == run["model"]:
        run = {**run, "until": until}
    folder = RunFolder(run["folder"], manifest, script)
    began = time.monotonic()
    error, watch = None, None
    try:
        wire.tell("run-started", run=run["id"], totalSteps=run["totalSteps"], ran=ran)
        targets, weights = data.targets, data.weights
        shaped = inputs_of(data.inputs, run)
        kept = os.path.join(os.environ["TWINTRAIN_PREPARED"], f"{run['model']}-best.weights.h5")
        followed = Followed(callbacks, model, folder, kept)
        watch = Watch(model, run, folder, wire, control, orders, followed)
        held = (targets, weights) if data.weighs_validation else (targets,)
        aside = (cut(shaped, slice(rows, None)), *(own[rows:] for own in held)) if rows < len(targets) else None
        with TAPS[keras.backend.backend()](model, watch):
            options = {"epochs": training["epochs"], "validation_data": aside, "verbose": 0}
            if orders is None:
                batches = {"x": cut(shaped, slice(rows)), "y": targets[:rows], "batch_size": training["batchSize"]}
                own = {} if weights is None else {"sample_weight": weights[:rows]}
                model.fit(**batches, **own, callbacks=[*callbacks, Epochs(watch)], **options)
            else:
                changes = data.maps and (lambda epoch: data.maps(epoch, cut(shaped, slice(rows))))
                given = Ordered((shaped, targets, weights), [order for _, order in orders], training["batchSize"], changes)
                model.fit(given, shuffle=False, callbacks=[*callbacks, Epochs(watch, given)], **options)
        watch.end()
    except Exception as thrown:
        error = wire_error(thrown)
        if watch is not None:
            watch.flush()
    status = "failed" if error else "stopped" if watch.is_stopped else "finished"
    outcome = {
        "status": status,
        "steps": 0 if watch is None else watch.steps,
        "elapsedMs": (time.monotonic() - began) * 1_000,
        "resumedAfter": [],
        "error": error,
    }
    folder.write("outcome.json", outcome)
    folder.close()
    wire.tell("run-ended", run=run["id"], outcome=outcome)
    return status


def inputs_of(rows, run):
    """Rows [rows, numbers] as the network takes them; several inputs follow one another in a row."""
    if not run["inputs"]:
        return rows.reshape(-1, *run["inputShape"])
    flat, parts, start = rows.reshape(len(rows), -1), [], 0
    for shape in run["inputs"]:
        size = math.prod(shape)
        parts.append(flat[:, start : start + size].reshape(-1, *shape))
        start += size
    # TensorFlow takes no lists from a generator.
    return tuple(parts)


def environment(prepared, threads, keras, np):
    backend = prepared["backend"]
    if backend == "jax":
        import jax

        library, device = jax.__version__, jax.devices()[0].platform
    elif backend == "tensorflow":
        import tensorflow as tf

        library = tf.__version__
        device = "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    else:
        import torch

        library, device = torch.__version__, "gpu" if torch.cuda.is_available() else "cpu"
    kept = ("KERAS_", "TF_", "XLA_", "JAX_", "OMP_", "OPENBLAS_", "CUDA_", "PYTHONHASHSEED")
    return {
        "engine": {
            "name": f"keras-{backend}",
            "backend": backend,
            "keras": keras.__version__,
            "library": library,
            "numpy": np.__version__,
            "device": device.upper(),
            "threads": threads,
        },
        "variables": {name: value for name, value in sorted(os.environ.items()) if name.startswith(kept)},
        "python": platform.python_version(),
        "platform": sys.platform,
        "arch": {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "cpu": prepared["cpu"],
    }


if __name__ == "__main__":
    main()
