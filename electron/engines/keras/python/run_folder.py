"""Writes a run folder as docs/run-folder.md describes it: the record that everything else reads."""

import hashlib
import json
import os

import numpy as np


def sha256(data):
    """Of bytes, lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def bytes_of(values):
    """float32, little-endian, row-major."""
    return np.ascontiguousarray(values, "<f4").tobytes()


def next_hash_step(schedule, step):
    """The next step after `step` whose weights are hashed: powers of two and multiples of hashEverySteps."""
    every = schedule["hashEverySteps"]
    after = max(step, schedule["hashesFrom"] - 1)
    on_schedule = (after // every + 1) * every
    power = 1 << after.bit_length()
    return min(on_schedule, 1 if after == 0 else power)


def number(value):
    """As JSON can hold it."""
    number = float(value)
    if np.isfinite(number):
        return number
    return "NaN" if np.isnan(number) else ("Infinity" if number > 0 else "-Infinity")


def has_callbacks(training):
    """training: its settings as the manifest has them."""
    return any(training["callbacks"].values())


class RunFolder:
    """One run's files. Series grow by plain appends, so that a killed process leaves all it reported."""

    SERIES = {
        "losses": "losses.f32",
        "order_rows": "batch-orders.u32",
        "orders": "batch-orders.jsonl",
        "epochs": "epochs.jsonl",
        "hashes": "weight-hashes.jsonl",
        "dropout": "dropout-seeds.i32",
        "callbacks": "callbacks.jsonl",
    }

    # Of an earlier attempt: written when a run ends, or while it can be resumed.
    ENDS = (
        "outcome.json",
        "final-weights.safetensors",
        "final-weights.json",
        "best-weights.safetensors",
        "best-weights.json",
        "evaluations.json",
        "snapshot.safetensors",
        "callbacks.jsonl",
    )

    def __init__(self, folder, manifest, script):
        """folder: created if missing; manifest, script: written as they are."""
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self._lock = os.path.join(folder, "lock.json")
        self._take_lock()
        for name in self.ENDS:
            if os.path.exists(self.path(name)):
                os.remove(self.path(name))
        self.write("run.json", manifest)
        self.write("script.json", script)
        is_used = {"dropout": len(manifest["dropout"]) > 0, "callbacks": has_callbacks(manifest["training"])}
        self._files = {
            key: open(self.path(name), "wb", buffering=0)
            for key, name in self.SERIES.items()
            if is_used.get(key, True)
        }

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, value):
        """Writes JSON; the file gets its name only once it is complete."""
        self._whole(name, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())

    def append(self, series, data):
        """Appends bytes, or an object as a line of JSON."""
        if series not in self._files:
            return
        if not isinstance(data, bytes):
            data = (json.dumps(data, ensure_ascii=False) + "\n").encode()
        view = memoryview(data)
        while len(view) > 0:
            view = view[self._files[series].write(view):]

    def order(self, epoch, first_step, rows, stream, state):
        """rows: an epoch's row order, integers [rows]; state: sha256 of the generator before the draw."""
        data = np.ascontiguousarray(rows, "<u4").tobytes()
        self.append("order_rows", data)
        record = {"epoch": epoch, "firstStep": first_step, "rows": len(rows), "sha256": sha256(data)}
        self.append("orders", {**record, "stream": stream, "streamState": state})

    def weights(self, which, tensors):
        """which: initial, final or best; tensors: [(layer, role, float32 array)]."""
        self._safetensors(f"{which}-weights.safetensors", tensors)
        records = [
            {"layer": layer, "role": role, "shape": list(values.shape), "sha256": sha256(bytes_of(values))}
            for layer, role, values in tensors
        ]
        self.write(f"{which}-weights.json", records)

    def weights_after(self, step, tensors):
        """Keeps the weights after a step beside the records."""
        self._safetensors(f"weights-after-{step}.safetensors", tensors)

    def _safetensors(self, name, tensors):
        header, parts, at = {}, [], 0
        for layer, role, values in tensors:
            data = bytes_of(values)
            header[f"{layer}/{role}"] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [at, at + len(data)]}
            parts.append(data)
            at += len(data)
        text = json.dumps(header, separators=(",", ":")).encode("ascii")
        text += b" " * (-len(text) % 8)
        self._whole(name, len(text).to_bytes(8, "little") + text + b"".join(parts))

    def weight_hash(self, step, tensors):
        named = sorted((f"{layer}/{role}", sha256(bytes_of(values))) for layer, role, values in tensors)
        lines = "".join(f"{name} {own}\n" for name, own in named)
        self.append("hashes", {"step": step, "sha256": sha256(lines.encode()), "tensors": [own[:16] for _, own in named]})

    def close(self):
        for file in self._files.values():
            file.close()
        if os.path.exists(self._lock):
            os.remove(self._lock)

    def _take_lock(self):
        with open(self._lock, "w") as file:
            json.dump({"pid": os.getpid(), "folder": os.path.abspath(self.folder)}, file)
            file.write("\n")

    def _whole(self, name, data):
        part = self.path(name) + ".part"
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, self.path(name))
