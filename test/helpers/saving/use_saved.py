"""What a saved network says about rows, by the files that were saved alone. Reads {network, code, rows, safetensors, arrays}."""

import csv
import importlib.util
import json
import sys

import onnxruntime
from safetensors.numpy import load_file

case = json.load(sys.stdin)
spec = importlib.util.spec_from_file_location("preprocessing", case["code"])
preprocessing = importlib.util.module_from_spec(spec)
spec.loader.exec_module(preprocessing)
rows = case["rows"]
if isinstance(rows, str) and rows.endswith(".csv"):
    with open(rows, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
elif isinstance(rows, str):
    import numpy

    rows = numpy.load(rows)
    if not isinstance(rows, numpy.ndarray):
        rows = [rows[name] for name in case["arrays"]]
inputs = preprocessing.prepare(rows)
session = onnxruntime.InferenceSession(case["network"], providers=["CPUExecutionProvider"])
given = inputs if isinstance(inputs, list) else [inputs]
outputs = session.run(["output"], {own.name: part for own, part in zip(session.get_inputs(), given)})[0]
weights = {name: own.ravel().tolist() for name, own in load_file(case["safetensors"]).items()}
json.dump({"outputs": outputs.ravel().tolist(), "meaning": preprocessing.meaning(outputs), "weights": weights}, sys.stdout)
