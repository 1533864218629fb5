"""What a saved network says about rows, by the files that were saved alone. Reads {network, code, rows, safetensors}."""

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
inputs = preprocessing.prepare(rows)
session = onnxruntime.InferenceSession(case["network"], providers=["CPUExecutionProvider"])
outputs = session.run(["output"], {"input": inputs})[0]
weights = {name: own.ravel().tolist() for name, own in load_file(case["safetensors"]).items()}
json.dump({"outputs": outputs.ravel().tolist(), "meaning": preprocessing.meaning(outputs), "weights": weights}, sys.stdout)
