/**
 * preprocessing.py, the same for every network: it reads preprocessing.json and prepares rows by it. It needs NumPy,
 * and Pillow for pictures.
 */
export const PREPROCESSING_CODE = `"""Prepares rows as those that the network was trained on, and reads its outputs.

    rows = prepare(csv.DictReader(open("rows.csv")))       # a table: dictionaries of texts by column
    rows = prepare(["picture.png"])                        # pictures: their paths
    rows = prepare(array)                                  # arrays: [rows, ...]
    rows = prepare([left, right])                          # arrays of a network with several inputs
    print(meaning(model.predict(rows)))
"""

import json
import os
import re

import numpy as np

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "PREPROCESSING_FILE"), encoding="utf-8") as file:
    HOW = json.load(file)


def prepare(rows):
    """float32 [rows, ...input shape], or a list of such where the network has several inputs."""
    own = HOW["input"]
    if own["kind"] == "table":
        rows = list(rows)
        gone = set(left_out(rows))
        if gone and own.get("windows"):
            raise ValueError(f"The series has a gap: a value is missing in row {min(gone)}")
        made = np.array([row_of(row) for place, row in enumerate(rows) if place not in gone], np.float64)
    elif own["kind"] == "pictures":
        made = scaled(np.stack([picture(path) for path in rows]), own["scale"])
    else:
        array = joined(rows) if "inputs" in HOW and isinstance(rows, (list, tuple)) else np.asarray(rows)
        made = scaled(array.reshape(len(array), -1), own["scale"]).reshape(array.shape)
    if own.get("windows"):
        made = windows(made, own["windows"])
    made = np.ascontiguousarray(made, np.float32).reshape(-1, *HOW["inputShape"])
    if "inputs" not in HOW:
        return made
    shapes = [own["shape"] for own in HOW["inputs"]]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(-1, *shape) for part, shape in zip(np.split(made, ends[:-1], axis=1), shapes)]


def joined(arrays):
    """[rows, numbers]: those of each input, one after the other."""
    return np.concatenate([np.asarray(own).reshape(len(own), -1) for own in arrays], axis=1)


def left_out(rows):
    """The places, from 0, of a table's rows that prepare leaves out, as was chosen for a missing value."""
    dropping = [column["name"] for column in HOW["input"]["columns"] if column["missing"] == "drop"]
    return [place for place, row in enumerate(rows) if any(is_missing(row[name]) for name in dropping)]


def meaning(outputs):
    """For each row its class with its probability, or the numbers that are predicted, in their own unit."""
    outputs, own = np.asarray(outputs, np.float64), HOW["output"]
    if own["kind"] == "class":
        shares = probabilities(outputs, len(own["classes"]))
        best = shares.argmax(1)
        return [(own["classes"][place], float(share[place])) for place, share in zip(best, shares)]
    if own["scale"] is None:
        return outputs.tolist()
    mean, deviation = ([one[name] for one in own["scale"]] for name in ("mean", "deviation"))
    return (outputs * deviation + mean).tolist()


def probabilities(outputs, classes):
    """[rows, classes]. One output for two classes is the probability of the second."""
    if outputs.shape[1] == 1 and classes == 2:
        yes = 1 / (1 + np.exp(-outputs)) if HOW["areLogits"] else outputs
        return np.concatenate([1 - yes, yes], 1)
    if not HOW["areLogits"]:
        return outputs
    powers = np.exp(outputs - outputs.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def row_of(cells):
    """The numbers of one row of a table. cells: texts or numbers by column."""
    return [number for column in HOW["input"]["columns"] for number in numbers_of(column, cells[column["name"]])]


def numbers_of(column, cell):
    role = column["role"]
    text = "" if cell is None else str(cell).strip()
    if is_missing(cell):
        if column["missing"] == "fill":
            text = column["fill"]
            cell = float(text) if role == "number" else text
        elif column["missing"] == "mean":
            filled = column.get("filled", column.get("mean"))
            if filled is None:
                raise ValueError(f"{column['name']} has a missing value, and had none when the network was trained")
            return [scaled_number(column, filled)]
        elif role != "tokens":
            raise ValueError(f"{column['name']} has a missing value: {text!r}")
    if role == "tokens":
        places = {word: place for place, word in enumerate(column["categories"], 2)}
        numbers = [places.get(word, 1) for word in words(text)][: column["length"]]
        return numbers + [0] * (column["length"] - len(numbers))
    if role == "number":
        return [scaled_number(column, number(column["name"], cell))]
    place = category(column, text)
    if role == "one-hot":
        return [float(own == place) for own in range(len(column["categories"]))]
    return [place]


def is_missing(cell):
    return cell is None or str(cell).strip() in HOW["input"]["missing"]


def number(name, cell):
    """Of a text as the network's table writes numbers; numbers are taken as they are."""
    if not isinstance(cell, str):
        return float(cell)
    text, decimal, thousands = cell.strip(), HOW["input"]["decimal"], HOW["input"]["thousands"]
    if text.lower() in ("true", "false"):
        return float(text.lower() == "true")
    point = f"[{decimal}]"
    grouped = f"[0-9]{{1,3}}([{thousands}][0-9]{{3}})+({point}[0-9]*)?|" if thousands else ""
    if not re.fullmatch(f"[+-]?({grouped}[0-9]+{point}?[0-9]*|{point}[0-9]+)([eE][+-]?[0-9]+)?", text):
        raise ValueError(f"{name} is {text!r}, which is no number as the network's table has them")
    return float((text.replace(thousands, "") if thousands else text).replace(decimal, "."))


def scaled_number(column, value):
    if "mean" not in column:
        return value
    return 0.0 if column["deviation"] == 0 else (value - column["mean"]) / column["deviation"]


def category(column, text):
    names = column["categories"]
    for name in (text, spelt(text)):
        if name in names:
            return names.index(name)
    raise ValueError(f"{column['name']} is {text!r}, which the network was not trained on")


def spelt(text):
    """A number or a truth value as it is named among categories, however it is written."""
    if text.lower() in ("true", "false"):
        return text.capitalize() if text.islower() or text.isupper() else text
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() else repr(value)


def words(text):
    small = "".join(letter.lower() if "A" <= letter <= "Z" else letter for letter in text)
    plain = re.sub(r"[!\\"#$%&()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~']", "", small)
    return [word for word in re.split(r"[ \\t\\n\\v\\f\\r]+", plain) if word]


def picture(path):
    """Numbers from 0 to 1, resized bilinearly without antialiasing, as tf.image.resize does."""
    from PIL import Image

    own = HOW["input"]
    with Image.open(path) as file:
        values = np.asarray(file.convert("RGB"), np.float32) / 255
    if own["channels"] == 1:
        values = values @ np.array([[0.2989], [0.587], [0.114]], np.float32)
    for axis, length in ((0, own["height"]), (1, own["width"])):
        values = resized(values, axis, length)
    return values.ravel()


def resized(values, axis, length):
    before = values.shape[axis]
    if before == length:
        return values
    centre = (np.arange(length) + 0.5) * before / length - 0.5
    low = np.floor(centre).astype(int)
    part = (centre - low).astype(np.float32).reshape([-1 if own == axis else 1 for own in range(3)])
    first, second = (np.take(values, np.clip(low + one, 0, before - 1), axis) for one in (0, 1))
    return first + (second - first) * part


def scaled(rows, scale):
    """rows: [rows, numbers]."""
    if scale is None:
        return rows
    mean, deviation = np.array(scale["mean"]), np.array(scale["deviation"])
    return np.where(deviation == 0, 0, (rows - mean) / np.where(deviation == 0, 1, deviation))


def windows(rows, how):
    """Every window of consecutive rows that has a target after it."""
    if how.get("withTarget"):
        raise ValueError("The windows hold the target itself, which rows to predict do not have")
    last = len(rows) - how["length"] - how["ahead"]
    return np.stack([rows[at : at + how["length"]] for at in range(0, last + 1, how.get("stride", 1))])
`;
