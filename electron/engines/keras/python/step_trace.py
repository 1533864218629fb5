"""One training step with the inputs and outputs of every operation, as shared/explain/stepTrace.ts reads it."""

import json
import os

import numpy as np

from run_folder import sha256

# Most bytes of values that are kept; hashes are made of all.
MOST_BYTES = 1024**3
DTYPES = {"float32", "float64", "int32", "int64", "uint32", "uint8", "bool"}


class StepTrace:
    """Notes values by what the engine knows them by, and the operations between them."""

    def __init__(self, folder, step, form):
        """folder: where the two files are made; step: from 1; form: the engine's kind of operations."""
        self._folder, self._step, self._form = folder, step, form
        self._file = open(os.path.join(folder, "step-values.bin"), "wb")
        self._end = 0
        self._values, self._sources, self._ops = [], [], []

    def value(self, array):
        """Notes an array now. Returns its place; None for what cannot be read, such as handles and keys."""
        array = np.asarray(array)
        if array.dtype.name in ("float16", "bfloat16"):
            array = array.astype("<f4")
        if array.dtype.name not in DTYPES:
            return None
        data = np.ascontiguousarray(array).tobytes()
        offset = None
        if self._end + len(data) <= MOST_BYTES:
            offset = self._end
            self._file.write(data)
            self._end += len(data)
        record = {"shape": list(array.shape), "dtype": array.dtype.name, "sha256": sha256(data)[:16], "offset": offset}
        self._values.append(record)
        return len(self._values) - 1

    def source(self, kind, name, array):
        """Notes what no operation of the step made. Returns its place."""
        # Backends count in integers of other widths.
        counts = kind != "constant" and np.issubdtype(np.asarray(array).dtype, np.integer)
        place = self.value(np.asarray(array, "<i8") if counts else array)
        if place is not None:
            self._sources.append({"kind": kind, "name": name, "value": place})
        return place

    def number(self, value):
        """Notes a number of a formula, which has no name. Returns its place."""
        return self.source("constant", "", np.asarray(value))

    def op(self, op, attributes, inputs, outputs, place, is_apart=False):
        """attributes: text; inputs, outputs: places of values, None for those that could not be read;
        is_apart: computed by itself, where the step may have rounded otherwise."""
        known = lambda values: [own for own in values if own is not None]
        record = {"op": op, "attributes": attributes, "inputs": known(inputs), "outputs": known(outputs)}
        self._ops.append({**place, **record, **({"isApart": True} if is_apart else {})})

    def close(self):
        self._file.close()
        trace = {
            "twintrain": "step-trace",
            "version": 1,
            "step": self._step,
            "form": self._form,
            "values": self._values,
            "sources": self._sources,
            "ops": self._ops,
        }
        with open(os.path.join(self._folder, "step-trace.json"), "w", encoding="utf-8") as file:
            json.dump(trace, file)
