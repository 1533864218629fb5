#!/usr/bin/env python3
"""Verifies a Twintrain bundle with nothing but Python 3.8 or newer.

Usage: python3 verify.py [BUNDLE.zip or its unpacked folder] [--json] [--key ID]

Without a path, the folder of this file is verified. --key requires a signature by that key (sha256
of its public key). Exit: 0 clean, 1 findings, 2 not a bundle. The form is described in
docs/bundle.md; verify.mjs does the same with Node, and the two are tested against each other.
"""

import base64
import binascii
import hashlib
import json
import math
import os
import re
import stat
import struct
import sys
import zlib

FORMATS = (1, 2, 3, 4, 5, 6, 7)
# A JSON Schema with a property for each file; the build puts it here.
SCHEMA = None
INDEX, MANIFEST, CRATE = "bundle.json", "manifest-sha256.txt", "ro-crate-metadata.json"
SIGNATURE, PUBLIC_KEY = "signature.dsse.json", "public-key.pem"
NEEDED = [INDEX, MANIFEST, CRATE, "index.html", "verify.mjs", "verify.py"]
OF_RUN = [
    "run.json", "initial-weights.safetensors", "initial-weights.json", "losses.f32", "losses.csv",
    "batch-orders.u32", "batch-orders.jsonl", "dropout-seeds.i32", "epochs.jsonl", "epochs.csv", "weight-hashes.jsonl",
    "final-weights.safetensors", "final-weights.json", "best-weights.safetensors", "best-weights.json",
    "callbacks.jsonl", "evaluations.json", "outcome.json",
]
PATH = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\Z")
SOURCE = re.compile(r"source/(sequential|functional|subclass)(-[0-9]+)?\.(ts|py)\Z")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?\Z")
PIECE = 1 << 20
MOST_TEXT = 64 << 20
MOST_LOSSES = 1 << 30
MOST_HEADER = 16 << 20
MOST_FILES = 100_000
MOST_OF_A_KIND = 20
MAX16, MAX32 = 0xFFFF, 0xFFFFFFFF
DATE = 0x21
MODE = 0o100644


def is_path(text):
    return len(text) <= 200 and PATH.match(text) is not None


class Findings:
    def __init__(self):
        self.all, self.counts, self.known = [], {}, set()

    def add(self, code, path, expected=None, found=None):
        if (code, path) in self.known:
            return
        self.known.add((code, path))
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] <= MOST_OF_A_KIND:
            cut = lambda value: None if value is None else str(value)[:200]
            self.all.append({"code": code, "path": path, "expected": cut(expected), "found": cut(found)})

    def list(self):
        more = [
            {"code": code, "path": None, "expected": None, "found": f"{n - MOST_OF_A_KIND} more of these"}
            for code, n in self.counts.items()
            if n > MOST_OF_A_KIND
        ]
        return self.all + more


class File:
    """A file, packed or not: `size` bytes from `start` on."""

    def __init__(self, path, start, size, crc=None):
        self.path, self.start, self.size, self.crc = path, start, size, crc

    def read(self, at, length):
        if at < 0 or at + length > self.size:
            raise ValueError(f"there is no byte {at + length}")
        with open(self.path, "rb") as opened:
            opened.seek(self.start + at)
            data = opened.read(length)
        if len(data) != length:
            raise ValueError(f"the file ends before byte {at + length}")
        return data

    def pieces(self, at=0, size=None):
        end = self.size if size is None else at + size
        while at < end:
            length = min(PIECE, end - at)
            yield self.read(at, length)
            at += length

    def sha256(self, at=0, size=None):
        digest = hashlib.sha256()
        for piece in self.pieces(at, size):
            digest.update(piece)
        return digest.hexdigest()


# The archive: its headers follow from paths, sizes and checksums, so they are built again to compare.


def local_header(path, size, crc):
    large = size >= MAX32
    sizes = (MAX32, MAX32) if large else (size, size)
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45 if large else 20, 0, 0, 0, DATE, crc, *sizes,
                       len(path), 20 if large else 0)
    return head + path + (struct.pack("<HHQQ", 1, 16, size, size) if large else b"")


def central_header(path, size, crc, at):
    large = ([size, size] if size >= MAX32 else []) + ([at] if at >= MAX32 else [])
    version = 45 if large else 20
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 3 << 8 | version, version, 0, 0, 0, DATE, crc,
                       min(size, MAX32), min(size, MAX32), len(path), len(extra), 0, 0, 0,
                       MODE << 16, min(at, MAX32)) + path + extra


def end_records(count, size, at):
    large = b""
    if count >= MAX16 or size >= MAX32 or at >= MAX32:
        large = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 3 << 8 | 45, 45, 0, 0, count, count, size, at)
        large += struct.pack("<IIQI", 0x07064B50, 0, at + size, 1)
    return large + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, min(count, MAX16), min(count, MAX16),
                               min(size, MAX32), min(at, MAX32), 0)


def open_archive(path, findings):
    """Files by path; None if this is not a bundle."""
    archive = File(path, 0, os.stat(path).st_size)
    first = 30 + len(INDEX)
    if archive.size < first:
        return None
    beginning = archive.read(0, first)
    if beginning[:4] != b"PK\x03\x04" or beginning[30:] != INDEX.encode():
        return None
    directory = read_directory(archive, findings)
    if directory is None:
        return {}
    entries = parse_entries(directory, findings)
    if findings.all:
        return {}
    return check_form(archive, entries, findings)


def read_directory(archive, findings):
    end = archive.size - 22
    magic, _, _, _, count, size, at, comment = struct.unpack("<IHHHHIIH", archive.read(end, 22))
    if magic != 0x06054B50 or comment != 0:
        findings.add("archive-end", None, "the end record at the end", "other bytes")
        return None
    close = end
    if count == MAX16 or size == MAX32 or at == MAX32:
        close = end - 76
        if close < 0:
            findings.add("archive-directory", None, f"a directory that ends at byte {close}")
            return None
        size, at = struct.unpack("<QQ", archive.read(close + 40, 16))
    if size > MOST_TEXT or at + size != close:
        findings.add("archive-directory", None, f"a directory that ends at byte {close}", at + size)
        return None
    return archive.read(at, size)


def parse_entries(data, findings):
    entries, taken, at = [], set(), 0
    while at < len(data):
        whole = at + 46 <= len(data) and data[at : at + 4] == b"PK\x01\x02"
        name_length, extra_length = struct.unpack_from("<HH", data, at + 28) if whole else (0, 0)
        following = at + 46 + name_length + extra_length
        if not whole or following > len(data):
            findings.add("archive-directory", None, "an entry", f"other bytes at {at}")
            return entries
        extra = at + 46 + name_length
        path = data[at + 46 : extra].decode("latin-1")
        (method,), (crc, _, size) = struct.unpack_from("<H", data, at + 10), struct.unpack_from("<III", data, at + 16)
        (attributes,) = struct.unpack_from("<I", data, at + 38)
        if size == MAX32 and extra_length >= 12:
            (size,) = struct.unpack_from("<Q", data, extra + 4)
        if not is_path(path):
            findings.add("path-unsafe", json.dumps(path[:100], ensure_ascii=False))
        elif path.lower() in taken:
            findings.add("path-duplicate", path)
        elif method != 0:
            findings.add("entry-compressed", path, 0, method)
        elif attributes >> 16 & 0o170000 == 0o120000:
            findings.add("entry-link", path, "a file", "a link")
        taken.add(path.lower())
        entries.append((path, size, crc))
        at = following
    return entries


def rank(path):
    return "" if path == INDEX else path


def check_form(archive, entries, findings):
    parts, files, at = [], {}, 0
    directory = []
    for path, size, crc in entries:
        header = local_header(path.encode(), size, crc)
        directory.append(central_header(path.encode(), size, crc, at))
        parts.append((at, header))
        files[path] = File(archive.path, at + len(header), size, crc)
        at += len(header) + size
    closing = b"".join(directory)
    closing += end_records(len(entries), len(closing), at)
    if at + len(closing) != archive.size:
        findings.add("archive-form", None, f"{at + len(closing)} bytes", f"{archive.size} bytes")
        return {}
    for place, expected in parts + [(at, closing)]:
        found = archive.read(place, len(expected))
        if found != expected:
            odd = next(i for i in range(len(expected)) if expected[i] != found[i])
            findings.add("archive-form", f"byte {place + odd}", expected[odd], found[odd])
            return {}
    for before, own in zip(entries, entries[1:]):
        if rank(before[0]) > rank(own[0]):
            findings.add("archive-order", own[0], "sorted paths", before[0])
    return files


def open_folder(folder, findings):
    files = {}

    def visit(prefix, depth):
        for name in sorted(os.listdir(os.path.join(folder, prefix)), key=os.fsencode):
            path = f"{prefix}/{name}" if prefix else name
            full = os.path.join(folder, path)
            status = os.lstat(full)
            if not is_path(path):
                findings.add("path-unsafe", path)
            elif stat.S_ISDIR(status.st_mode) and depth < 32:
                visit(path, depth + 1)
            elif not stat.S_ISREG(status.st_mode):
                findings.add("entry-link", path, "a file", "a link or no file")
            elif len(files) < MOST_FILES:
                files[path] = File(full, 0, status.st_size)

    visit("", 0)
    return files if INDEX in files else None


# Reading: what is missing or malformed becomes a finding, and None.


class Shape(Exception):
    """A JSON value that is not what the form asks for."""


def parse_json(text):
    def refuse(name):
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


class Reader:
    def __init__(self, files, findings):
        self.files, self.findings = files, findings

    def bytes(self, path, most=MOST_TEXT):
        file = self.files.get(path)
        if file is None:
            self.findings.add("file-missing", path)
            return None
        if file.size > most:
            self.findings.add("file-too-large", path, f"{most} bytes", f"{file.size} bytes")
            return None
        return file.read(0, file.size)

    def text(self, path):
        data = self.bytes(path)
        if data is None:
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.findings.add("file-malformed", path, "UTF-8", "other bytes")
            return None

    def parsed(self, path, text, read):
        try:
            return read(parse_json(text))
        except Shape as error:
            self.findings.add("file-malformed", path, error)
        except (ValueError, RecursionError):
            self.findings.add("file-malformed", path, "JSON")
        return None

    def json(self, path, read):
        text = self.text(path)
        return None if text is None else self.parsed(path, text, read)

    def lines(self, path, read):
        text = self.text(path)
        if text is None:
            return None
        lines = text.split("\n")
        if lines.pop() != "":
            self.findings.add("file-malformed", path, "a line end at the end")
            return None
        values = [self.parsed(f"{path}:{i + 1}", line, read) for i, line in enumerate(lines)]
        return None if any(value is None for value in values) else values

    def each_line(self, path):
        rest = ""
        for piece in self.files[path].pieces():
            *lines, rest = (rest + piece.decode("latin-1")).split("\n")
            yield from lines
            if len(rest) > 4096:
                break
        if rest:
            yield rest


def obj(value, what):
    if not isinstance(value, dict):
        raise Shape(f"{what} to be an object")
    return value


def lst(value, what):
    if not isinstance(value, list):
        raise Shape(f"{what} to be a list")
    return value


def string(value, what):
    if not isinstance(value, str):
        raise Shape(f"{what} to be text")
    return value


def count(value, what):
    # JSON has one kind of number: 3.0 counts as an integer.
    whole = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not whole or value != int(value) or not 0 <= value < 1 << 53:
        raise Shape(f"{what} to be a whole number")
    return int(value)


def conform(value, schema, place="it"):
    """The value with defaults filled in, checked by its JSON Schema, as far as ours need it."""
    if "$ref" in schema:
        value = conform(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], place)
    for alternatives in (schema.get("anyOf"), schema.get("oneOf")):
        if alternatives is not None:
            value = first_that_fits(value, alternatives, place)
    if "const" in schema and not same(value, schema["const"]):
        raise Shape(f"{place} to be {json.dumps(schema['const'])}")
    if "enum" in schema and not any(same(value, own) for own in schema["enum"]):
        raise Shape(f"{place} to be one of {json.dumps(schema['enum'])}")
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    kind = next((own for own in kinds if KINDS[own](value)), None)
    if kinds and kind is None:
        raise Shape(f"{place} to be of type {' or '.join(kinds)}")
    if kind in ("integer", "number"):
        return conform_number(value, kind, schema, place)
    if kind == "string":
        length = len(value.encode("utf-16-le", "surrogatepass")) // 2
        if not schema.get("minLength", 0) <= length <= schema.get("maxLength", length):
            raise Shape(f"{place} to have another length")
        if "pattern" in schema and not re.search(re.sub(r"\$$", r"\\Z", schema["pattern"]), value):
            raise Shape(f"{place} to match {schema['pattern']}")
    if kind == "array":
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            raise Shape(f"{place} to have another length")
        fixed = schema.get("prefixItems")
        if fixed is not None and len(value) != len(fixed):
            raise Shape(f"{place} to have {len(fixed)} items")
        each = fixed if fixed is not None else [schema.get("items", {})] * len(value)
        return [conform(own, its, f"{place}.{i}") for i, (own, its) in enumerate(zip(value, each))]
    if kind == "object":
        return conform_object(value, schema, place)
    return value


def first_that_fits(value, alternatives, place):
    for own in alternatives:
        try:
            return conform(value, own, place)
        except Shape:
            continue
    raise Shape(f"{place} to be one of {len(alternatives)} forms")


def conform_number(value, kind, schema, place):
    # JSON has one kind of number: 3.0 counts as an integer.
    bounds = (
        ("minimum", lambda own: value >= own), ("maximum", lambda own: value <= own),
        ("exclusiveMinimum", lambda own: value > own), ("exclusiveMaximum", lambda own: value < own),
    )
    for name, holds in bounds:
        if name in schema and not holds(schema[name]):
            raise Shape(f"{place} to keep to {name} {schema[name]}")
    return int(value) if kind == "integer" else value


def conform_object(value, schema, place):
    known, rest, result = schema.get("properties", {}), schema.get("additionalProperties", True), {}
    for name, own in known.items():
        if name in value:
            result[name] = conform(value[name], own, f"{place}.{name}")
        elif "default" in own:
            result[name] = conform(own["default"], own, f"{place}.{name}")
        elif name in schema.get("required", ()):
            raise Shape(f"{place}.{name} to be there")
    for name in value:
        if name in known:
            continue
        if rest is False:
            raise Shape(f"{place}.{name} not to be there")
        if "propertyNames" in schema:
            conform(name, schema["propertyNames"], f"the name {name}")
        result[name] = conform(value[name], rest if isinstance(rest, dict) else {}, f"{place}.{name}")
    return result


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


KINDS = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
}


def same(value, other):
    """Equal as JSON: true is not 1."""
    return isinstance(value, bool) == isinstance(other, bool) and value == other


def typed(name):
    """Reads one of the files that the schema describes."""
    return lambda value: conform(value, SCHEMA["properties"][name], name)


def read_format(value):
    if obj(value, "bundle.json").get("twintrain") != "bundle":
        raise Shape('twintrain to be "bundle"')
    return count(value.get("format"), "format")


def read_index(value):
    index = typed(INDEX)(value)
    names = [own["name"].lower() for own in index["runs"]]
    if len(set(names)) < len(names):
        raise Shape("runs to have different names")
    return index


def check_manifest(files, reader, findings):
    """sha256 of the manifest, the bundle's id."""
    outside = {MANIFEST, SIGNATURE, PUBLIC_KEY}
    listed = read_manifest(reader, outside, findings)
    bundle_id = None
    for path, file in files.items():
        digest, crc = hashlib.sha256(), 0
        for piece in file.pieces():
            digest.update(piece)
            crc = zlib.crc32(piece, crc)
        found = digest.hexdigest()
        if file.crc is not None and crc != file.crc:
            findings.add("file-checksum", path, f"{file.crc:08x}", f"{crc:08x}")
        if path == MANIFEST:
            bundle_id = found
        if path in outside or listed is None:
            continue
        if path not in listed:
            findings.add("file-unlisted", path)
        elif listed[path] != found:
            findings.add("file-hash", path, listed[path], found)
    for path in listed or {}:
        if path not in files:
            findings.add("file-missing", path)
    return bundle_id


def read_manifest(reader, outside, findings):
    text = reader.text(MANIFEST)
    if text is None:
        return None
    lines = text.split("\n")
    ended = lines.pop() == ""
    listed, before = {}, ""
    for number, line in enumerate(lines, 1):
        match = re.match(r"([0-9a-f]{64})  ([^\n\r\u2028\u2029]+)\Z", line)
        if not match or match[2] <= before or match[2] in outside:
            findings.add("manifest-malformed", f"{MANIFEST}:{number}", "sha256, two spaces and a path, sorted", line)
            return None
        before = match[2]
        listed[match[2]] = match[1]
    if not ended:
        findings.add("manifest-malformed", MANIFEST, "a line end at the end")
    return listed


# Ed25519, RFC 8032, section 5.1 (verification handles no secrets, so it need not run in constant time).

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def point_add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e_minus, e_plus = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = e_plus - e_minus, d - c, d + c, e_plus + e_minus
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_multiply(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = point_add(total, point)
        point = point_add(point, point)
        scalar >>= 1
    return total


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def compress(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = decompress(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    negative = (P - key[0], key[1], 1, P - key[3])
    return compress(point_add(point_multiply(s, BASE), point_multiply(h, negative))) == signature[:32]


SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")
PAYLOAD_TYPE = "application/vnd.in-toto+json"


def statement(manifest_sha256):
    return json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": MANIFEST, "digest": {"sha256": manifest_sha256}}],
            "predicateType": "urn:x-twintrain:bundle:1",
            "predicate": {"bundleId": manifest_sha256},
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def decoded(text):
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def check_signature(reader, signed_by, manifest_sha256, trusted, findings):
    signed = [path for path in (SIGNATURE, PUBLIC_KEY) if path in reader.files]
    if signed_by is None:
        for path in signed:
            findings.add("signature-unexpected", path)
        if trusted is not None:
            findings.add("signature-untrusted", None, trusted, "no signature")
        return {"state": "none", "keyId": None}
    if len(signed) < 2:
        findings.add("signature-missing", PUBLIC_KEY if signed == [SIGNATURE] else SIGNATURE, signed_by)
        return {"state": "invalid", "keyId": signed_by}
    before = len(findings.all)
    der = read_key(reader, findings)
    envelope = reader.json(SIGNATURE, read_envelope)
    if der is not None and envelope is not None:
        key_id = hashlib.sha256(der).hexdigest()
        if key_id != signed_by or envelope["keyId"] != signed_by:
            findings.add("signature-key", PUBLIC_KEY, signed_by, envelope["keyId"] if key_id == signed_by else key_id)
        payload, signature = decoded(envelope["payload"]), decoded(envelope["sig"])
        again = {
            "payloadType": PAYLOAD_TYPE,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": envelope["keyId"], "sig": base64.b64encode(signature).decode()}],
        }
        if json.dumps(again, indent=2, ensure_ascii=False) + "\n" != reader.text(SIGNATURE):
            findings.add("signature-malformed", SIGNATURE, "the envelope as it is written")
            return {"state": "invalid", "keyId": signed_by}
        message = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(payload)} ".encode() + payload
        if not ed25519_verify(der[len(SPKI_PREFIX) :], message, signature):
            findings.add("signature-invalid", SIGNATURE)
        elif payload.decode("latin-1") != statement(manifest_sha256 or ""):
            findings.add("signature-stale", SIGNATURE, manifest_sha256, payload.decode("latin-1"))
    if trusted is not None and trusted != signed_by:
        findings.add("signature-untrusted", None, trusted, signed_by)
    return {"state": "valid" if len(findings.all) == before else "invalid", "keyId": signed_by}


def read_key(reader, findings):
    pem = reader.text(PUBLIC_KEY)
    if pem is None:
        return None
    der = decoded((pem.split("\n") + [""])[1])
    again = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----\n"
    if len(der) == 44 and der.startswith(SPKI_PREFIX) and pem == again:
        return der
    findings.add("signature-malformed", PUBLIC_KEY, "an Ed25519 key in PEM")
    return None


def read_envelope(value):
    if obj(value, "the envelope").get("payloadType") != PAYLOAD_TYPE:
        raise Shape("payloadType to be text")
    only = obj((lst(value.get("signatures"), "signatures") + [None])[0], "signatures[0]")
    return {
        "payload": string(value.get("payload"), "payload"),
        "keyId": string(only.get("keyid"), "keyid"),
        "sig": string(only.get("sig"), "sig"),
    }


# A run's records against one another.


def check_expected(files, index, findings):
    allowed = set(NEEDED)
    if index["signedBy"] is not None:
        allowed |= {SIGNATURE, PUBLIC_KEY}
    for run in index["runs"]:
        allowed |= {f"runs/{run['name']}/{own}" for own in OF_RUN}
    for data in index["data"]:
        allowed |= set((data["embedded"] or {}).values())
    for path in files:
        if path not in allowed and not SOURCE.match(path):
            findings.add("file-unexpected", path)
    for path in NEEDED:
        if path not in files:
            findings.add("file-missing", path)


def check_run(name, data, files, reader, findings):
    """The evidence for a comparison; None where a part of it cannot be read."""
    at = lambda own: f"runs/{name}/{own}"

    manifest = reader.json(at("run.json"), read_manifest_of_run)
    if manifest is not None and manifest["data"]["sha256"] != data:
        findings.add("data-differs", at("run.json"), data, manifest["data"]["sha256"])
    losses = check_losses(at, reader, findings)
    outcome = reader.json(at("outcome.json"), typed("outcome.json")) if at("outcome.json") in files else None
    if outcome is not None and losses is not None and outcome["steps"] != len(losses):
        findings.add("steps-differ", at("outcome.json"), len(losses), outcome["steps"])
    orders = check_orders(at, files, reader, findings)
    hashes = at("weight-hashes.jsonl")
    weight_hashes = reader.lines(hashes, typed("weight-hashes.jsonl")) if hashes in files else []
    if at("epochs.jsonl") in files:
        reader.lines(at("epochs.jsonl"), typed("epochs.jsonl"))
    if at("callbacks.jsonl") in files:
        reader.lines(at("callbacks.jsonl"), typed("callbacks.jsonl"))
    if at("evaluations.json") in files:
        check_evaluations(at("evaluations.json"), data, reader, findings)
    initial = check_tensors(at("initial-weights.json"), at("initial-weights.safetensors"), files, reader, findings)
    final = check_tensors(at("final-weights.json"), at("final-weights.safetensors"), files, reader, findings)
    check_tensors(at("best-weights.json"), at("best-weights.safetensors"), files, reader, findings)
    if manifest is None or losses is None or orders is None or weight_hashes is None:
        return None
    seeds = check_dropout(at, manifest, len(losses), files, reader, findings)
    return {
        "manifest": manifest, "losses": losses, "outcome": outcome, "orders": orders, "dropout": seeds,
        "rows": files.get(at("batch-orders.u32")), "hashes": weight_hashes, "initial": initial, "final": final,
    }


def check_evaluations(path, data, reader, findings):
    """Each is of the run's data, and its counts add up."""
    for own in (reader.json(path, typed("evaluations.json")) or {"evaluations": []})["evaluations"]:
        if own["data"]["sha256"] != data:
            findings.add("data-differs", path, data, own["data"]["sha256"])
        if not adds_up(own["data"]["rows"], own["result"]):
            findings.add("evaluation-sums", path, own["data"]["rows"], own["weights"])


def adds_up(rows, result):
    if result["target"] == "number":
        return all(own["residuals"]["rows"] == rows for own in result["numbers"])
    total = lambda counts: sum(sum(row) for row in counts)
    if result["target"] == "labels":
        return all(total(own["confusion"]) == rows for own in result["labels"])
    right = sum(row[at] for at, row in enumerate(result["confusion"]) if at < len(row))
    return total(result["confusion"]) == rows and rows > 0 and result["report"]["accuracy"] == right / rows


def read_manifest_of_run(value):
    """Format 1 knew only the formulas of TensorFlow.js."""
    if isinstance(value, dict) and same(value.get("format"), 1) and isinstance(value.get("training"), dict):
        optimiser = value["training"].get("optimiser")
        if isinstance(optimiser, dict) and optimiser.get("kind") in ("adam", "momentum"):
            optimiser.setdefault("formula", "tfjs")
    return typed("run.json")(value)


def check_dropout(at, manifest, steps, files, reader, findings):
    """Seeds for every step and call if dropout drew from the global generator, otherwise none."""
    path = at("dropout-seeds.i32")
    drawn = manifest["format"] > 1 and manifest["randomness"]["regime"] == "global"
    length = steps * len(manifest["dropout"]) * 8 if drawn else 0
    size = files[path].size if path in files else 0
    if size != length:
        findings.add("dropout-length", path, f"{length} bytes", f"{size} bytes")
        return None
    data = reader.bytes(path, MOST_LOSSES) if length else None
    return None if data is None else struct.unpack(f"<{length // 4}i", data)


def check_losses(at, reader, findings):
    """The losses' bits as unsigned numbers."""
    data = reader.bytes(at("losses.f32"), MOST_LOSSES)
    if data is None:
        return None
    if len(data) % 4:
        findings.add("file-malformed", at("losses.f32"), "a multiple of 4 bytes", len(data))
        return None
    bits = memoryview(data).cast("I") if sys.byteorder == "little" else struct.unpack(f"<{len(data) // 4}I", data)
    csv, step = at("losses.csv"), -1
    if csv not in reader.files:
        findings.add("file-missing", csv)
        return bits
    for line in reader.each_line(csv):
        if not (line == "step,loss" if step < 0 else step < len(bits) and is_loss_line(line, step, bits[step])):
            expected = "step,loss" if step < 0 else f"step {step + 1}"
            findings.add("csv-differs", f"{csv}:{step + 2}", expected, line)
            return bits
        step += 1
    if step != len(bits):
        findings.add("csv-differs", csv, len(bits), max(step, 0))
    return bits


NAMED = {"NaN": math.isnan, "Infinity": lambda x: x == math.inf, "-Infinity": lambda x: x == -math.inf}


def is_loss_line(line, step, bits):
    fields = line.split(",")
    if len(fields) != 2 or fields[0] != str(step + 1):
        return False
    (loss,) = struct.unpack("<f", struct.pack("<I", bits))
    if not math.isfinite(loss):
        return fields[1] in NAMED and NAMED[fields[1]](loss)
    if not NUMBER.match(fields[1]):
        return False
    try:
        return struct.pack("<f", float(fields[1])) == struct.pack("<I", bits)
    except OverflowError:
        return False


def check_orders(at, files, reader, findings):
    lines, rows = at("batch-orders.jsonl"), at("batch-orders.u32")
    if lines not in files and rows not in files:
        return []

    orders = reader.lines(lines, typed("batch-orders.jsonl"))
    if orders is None:
        return None
    total, file = sum(own["rows"] for own in orders), files.get(rows)
    if file is None or file.size != total * 4:
        findings.add("order-length", rows, f"{total * 4} bytes", f"{file.size if file else 0} bytes")
        return None
    start = 0
    for own in orders:
        own["start"], length = start, own["rows"] * 4
        start += length
        if length > MOST_TEXT:
            findings.add("file-too-large", rows, f"{MOST_TEXT} bytes an epoch", length)
            continue
        found = file.sha256(own["start"], length)
        if found != own["sha256"]:
            findings.add("order-hash", f"{rows} epoch {own['epoch']}", own["sha256"], found)
    return orders


def check_tensors(hashes, weights, files, reader, findings):
    """Tensors in their order, as (layer, role, sha256); None where there are none."""
    file = files.get(weights)
    if file is None and hashes not in files:
        return None
    if file is None:
        findings.add("file-missing", weights)
        return None

    records = reader.json(hashes, typed("initial-weights.json"))
    if records is None:
        return None
    try:
        found = tensor_hashes(file)
    except ValueError as error:
        findings.add("file-malformed", weights, "safetensors", error)
        return None
    for record in records:
        name, shape, expected = f"{record['layer']}/{record['role']}", record["shape"], record["sha256"]
        own = found.pop(name, None)
        if own is None:
            findings.add("tensor-missing", f"{weights} {name}", expected)
        elif own[1] != expected:
            findings.add("tensor-hash", f"{weights} {name}", expected, own[1])
        elif own[0] != shape:
            findings.add("tensor-hash", f"{weights} {name}", shape, own[0])
    for name, own in found.items():
        findings.add("tensor-missing", f"{hashes} {name}", own[1])
    return [(own["layer"], own["role"], own["sha256"]) for own in records]


def tensor_hashes(file):
    """Shape and sha256 of each float32 tensor of a safetensors file."""
    if file.size < 8:
        raise ValueError("the file is shorter than its length field")
    (length,) = struct.unpack("<Q", file.read(0, 8))
    if length > MOST_HEADER or length > file.size - 8:
        raise ValueError(f"the header claims {length} bytes")
    header = parse_json(file.read(8, length).decode("latin-1"))
    if not isinstance(header, dict):
        raise ValueError("the header is not an object")
    tensors, expected = [], 0
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        try:
            obj(entry, name)
            shape = [count(axis, name) for axis in lst(entry.get("shape"), name)]
            begin, end = (count(own, name) for own in lst(entry.get("data_offsets"), name))
        except Shape as error:
            raise ValueError(error)
        if entry.get("dtype") != "F32":
            raise ValueError(f"{name} has no valid float32 entry")
        tensors.append((begin, end, name, shape))
    tensors.sort(key=lambda own: own[0])
    for begin, end, name, shape in tensors:
        if begin != expected or end - begin != math.prod(shape) * 4 or 8 + length + end > file.size:
            raise ValueError(f"{name} is not where its shape {shape} requires")
        expected = end
    if 8 + length + expected != file.size:
        raise ValueError("there are bytes after the tensors")
    return {name: (shape, file.sha256(8 + length + begin, end - begin)) for begin, end, name, shape in tensors}


# The verdict on two runs, as the bundle should state it: settings first, then records in order of time.


def verdict_on(a, b):
    """(verdict, (step, kind, layer) of the first difference or None)"""
    decided, recorded = decided_difference(a["manifest"], b["manifest"]), recorded_difference(a, b)
    finished = all(own["outcome"] is not None and own["outcome"]["status"] == "finished" for own in (a, b))
    other_length = finished and len(a["losses"]) != len(b["losses"])
    other_data = a["manifest"]["data"]["sha256"] != b["manifest"]["data"]["sha256"]
    first = decided or recorded
    if first is not None and (recorded is not None or other_length or other_data):
        return "different", first
    return "not_verified" if other_length or not finished else "exact", None


def decided_difference(a, b):
    layer = network_difference(a["architecture"], b["architecture"])
    if layer is not None:
        return 0, "network", layer
    if a["data"]["sha256"] != b["data"]["sha256"]:
        return 0, "data", ""
    trainings = [{name: own for name, own in run["training"].items() if name != "metrics"} for run in (a, b)]
    if trainings[0] != trainings[1] or a["randomness"] != b["randomness"]:
        return 0, "setting", ""
    if restored_of(a) is not None and restored_of(b) is not None and restored_of(a) != restored_of(b):
        return 0, "setting", ""
    return None


def restored_of(manifest):
    """What was restored with given weights; None if the run does not say."""
    start = (manifest.get("initialWeights") or {}).get("start")
    return None if start is None else (start["optimiser"], start["random"])


def network_difference(a, b):
    """The first layer, by id, that differs; "" for the input; None if none does."""
    if a["inputShape"] != b["inputShape"]:
        return ""
    first, second = layers_of(a), layers_of(b)
    uses_in_a, uses_in_b = uses_of(a), uses_of(b)
    others = {layer["id"]: layer for layer in second}
    for layer in first:
        name = layer["id"]
        if name not in others or layer != others[name] or uses_in_a.get(name) != uses_in_b.get(name):
            return name
    known = {layer["id"] for layer in first}
    return next((layer["id"] for layer in second if layer["id"] not in known), None)


def layers_of(network):
    return network["layers"] if network["style"] == "sequential" else network["members"]


def uses_of(network):
    """By layer id, the inputs of its calls, whatever the names of values and the order of branches."""
    if network["style"] != "sequential":
        calls = [(own["name"], own["layer"], own["inputs"]) for own in network["calls"]]
    else:
        ids = [layer["id"] for layer in network["layers"]]
        calls = [(own, own, [before]) for before, own in zip(["input"] + ids, ids)]
    layers = [layer for _, layer, _ in calls]
    meanings, uses = {"input": "input"}, {}
    for place, (name, layer, inputs) in enumerate(calls):
        taken = [meanings.get(own, f"?{own}") for own in inputs]
        digest = hashlib.sha256("\n".join([layer] + taken).encode()).hexdigest()[:16]
        meanings[name] = layer if layers.count(layer) == 1 else digest
        result = "result" if place == len(calls) - 1 else ""
        uses.setdefault(layer, []).append(f"{result}({','.join(taken)})")
    return {layer: sorted(own) for layer, own in uses.items()}


def recorded_difference(a, b):
    steps = min(len(a["losses"]), len(b["losses"]))
    found = [
        differing_tensor(a["initial"], b["initial"], 0, "initial-weights"),
        differing_order(a, b),
        differing_dropout(a, b, steps),
        own_masks(a, b, steps),
        differing_loss(a, b, steps),
        differing_hash(a, b),
    ]
    if len(a["losses"]) == len(b["losses"]):
        found.append(differing_tensor(a["final"], b["final"], steps, "arithmetic"))
    # min takes the first of equal keys: within a step the order of this list decides.
    return min((own for own in found if own is not None), key=lambda own: own[0], default=None)


def differing_tensor(a, b, step, kind):
    if a is None or b is None:
        return None
    own, other = [{f"{layer}/{role}": (layer, digest) for layer, role, digest in tensors} for tensors in (a, b)]
    for name, (layer, digest) in list(own.items()) + [item for item in other.items() if item[0] not in own]:
        if own.get(name, (0, 0))[1] != other.get(name, (0, 0))[1]:
            return step, kind, layer
    return None


def differing_order(a, b):
    for own, other in zip(a["orders"], b["orders"]):
        if own["sha256"] == other["sha256"]:
            continue
        left = rows_of(a, own["epoch"])
        right = rows_of(b, own["epoch"])
        if left is None:
            row = 0
        else:
            row = next((i for i, x in enumerate(left) if right is None or i >= len(right) or x != right[i]), -1)
        return own["firstStep"] + max(row, 0) // a["manifest"]["training"]["batchSize"], "batch-order", ""
    return None


def rows_of(run, epoch):
    own = next((order for order in run["orders"] if order["epoch"] == epoch), None)
    if own is None:
        return None
    data = run["rows"].read(own["start"], own["rows"] * 4)
    return struct.unpack(f"<{own['rows']}I", data)


def differing_dropout(a, b, steps):
    if a["dropout"] is None or b["dropout"] is None:
        return None
    calls, others = ([(own["layer"], own["use"]) for own in run["manifest"]["dropout"]] for run in (a, b))
    pairs = [(i, others.index(own), own[0]) for i, own in enumerate(calls) if own in others]
    for step in range(steps):
        for i, j, layer in pairs:
            at, there = 2 * (step * len(calls) + i), 2 * (step * len(others) + j)
            if a["dropout"][at : at + 2] != b["dropout"][there : there + 2]:
                return step + 1, "dropout", layer
    return None


def own_masks(a, b, steps):
    # Generators of their own draw different masks from equal seeds: where losses part, the masks did.
    manifests = a["manifest"], b["manifest"]
    if min(manifest["format"] for manifest in manifests) < 4:
        return None
    modes = [manifest["engine"]["mode"] for manifest in manifests]
    left, right = (mode if mode.startswith("keras-") else "tfjs" for mode in modes)
    layer = first_dropout(a["manifest"]["architecture"])
    found = differing_loss(a, b, steps)
    if left == right or layer is None or found is None:
        return None
    return found[0], "dropout", layer


def first_dropout(network):
    layers = layers_of(network)
    # Layers that draw have a seed of their own; attention draws where it drops.
    drawing = {layer["id"] for layer in layers if "seed" in layer and layer.get("dropout", 1) > 0}
    ids = [layer["id"] for layer in layers]
    called = ids if network["style"] == "sequential" else [call["layer"] for call in network["calls"]]
    return next((own for own in called if own in drawing), None)


def differing_loss(a, b, steps):
    step = next((i + 1 for i in range(steps) if a["losses"][i] != b["losses"][i]), None)
    return None if step is None else (step, "arithmetic", "")


def differing_hash(a, b):
    formats = {run["manifest"]["format"] for run in (a, b)}
    order = lambda run: None if run["initial"] is None else [(layer, role) for layer, role, _ in run["initial"]]
    # Format 1 hashed in call order, so that only equal orders can be compared.
    if len(formats) > 1 or (formats == {1} and order(a) != order(b)):
        return None
    others = {own["step"]: own for own in b["hashes"]}
    for own in a["hashes"]:
        other = others.get(own["step"], own)
        if own["sha256"] == other["sha256"]:
            continue
        names = sorted(f"{layer}/{role}" for layer, role, _ in a["initial"] or [])
        left, right = own.get("tensors", []), other.get("tensors", [])
        odd = {name for i, name in enumerate(names) if left[i : i + 1] != right[i : i + 1]}
        layers = (layer for layer, role, _ in a["initial"] or [] if f"{layer}/{role}" in odd)
        return own["step"], "arithmetic", next(layers, "")
    return None


def said(verdict, first):
    return verdict if first is None else f"{verdict} at step {first[0]} ({' '.join(own for own in first[1:] if own)})"


def stated_by(comparison):
    first = comparison["firstDifference"]
    return comparison["verdict"], first and (first["step"], first["kind"], first["layer"] or "")


def check_comparisons(index, evidence, findings):
    for own in index["comparisons"]:
        place = f"{INDEX} {' '.join(own['runs'])}"
        if any(name not in evidence for name in own["runs"]):
            findings.add("verdict-differs", place, "two of its runs")
            continue
        a, b = (evidence[name] for name in own["runs"])
        if a is None or b is None:
            continue
        both = verdict_on(a, b), stated_by(own["comparison"])
        if index["format"] == 1:
            # Format 1 ordered by kind, not by time, and ignored networks: only "exact" still holds.
            expected, stated = ("exact" if verdict == "exact" else "not exact" for verdict, _ in both)
        else:
            expected, stated = (said(*each) for each in both)
        if expected != stated:
            findings.add("verdict-differs", place, expected, stated)


def check_data(index, files, findings):
    for own in index["data"]:
        digest, rows, features, targets = own["sha256"], own["rows"], own["features"], own.get("targets", 0)
        if own["embedded"] is None:
            continue
        embedded = own["embedded"]
        arrays = [(embedded["inputs"], rows * features * 4), (embedded["labels"], rows * max(1, targets) * 4)]
        parts = [name for name, key in (("weights", "isWeighted"), ("groups", "isGrouped")) if own.get(key)]
        arrays += [(embedded.get(name, ""), rows * 4) for name in parts]
        aside = own.get("aside", 0)
        if aside or parts:
            head = " ".join(map(str, ["twintrain-data-3", rows, features, targets, aside, *parts]))
        elif targets:
            head = f"twintrain-data-2 {rows} {features} {targets}"
        else:
            head = f"twintrain-data-1 {rows} {features}"
        found = hashlib.sha256(f"{head}\n".encode())
        for path, size in arrays:
            file = files.get(path)
            if file is None or file.size < size:
                findings.add("data-hash", path, f"{size} bytes of numbers", f"{file.size if file else 0} bytes")
                continue
            for piece in file.pieces(file.size - size, size):
                found.update(piece)
        if found.hexdigest() != digest:
            findings.add("data-hash", embedded["inputs"], digest, found.hexdigest())


def check_crate(files, reader, findings):
    def sizes_of(value):
        graph = lst(obj(value, "the crate").get("@graph"), "@graph")
        return {
            own.get("@id"): own.get("contentSize")
            for own in (obj(own, "an entity") for own in graph)
            if own.get("@type") == "File" and isinstance(own.get("@id"), str)
        }

    sizes = reader.json(CRATE, sizes_of)
    if sizes is None:
        return
    for path, file in files.items():
        if path in (CRATE, MANIFEST, SIGNATURE, PUBLIC_KEY):
            continue
        size = sizes.pop(path, None)
        if size != str(file.size):
            findings.add("crate-differs", f"{CRATE} {path}", file.size, size or "no file")
    for path in sizes:
        findings.add("crate-differs", f"{CRATE} {path}", "a file", "none")


def verify(path, trusted=None):
    findings = Findings()
    files = (open_folder if os.path.isdir(path) else open_archive)(path, findings)
    report = {
        "bundle": path, "isBundle": files is not None, "bundleId": None, "files": 0, "runs": [],
        "signature": {"state": "none", "keyId": None}, "findings": [],
    }
    if files:
        check(files, trusted, findings, report)
    if files is not None:
        report["findings"] = findings.list()
    return report


def check(files, trusted, findings, report):
    reader = Reader(files, findings)
    report["bundleId"] = check_manifest(files, reader, findings)
    report["files"] = len(files)
    version = reader.json(INDEX, read_format)
    if version is not None and version not in FORMATS:
        findings.add("format-unsupported", INDEX, ", ".join(map(str, FORMATS)), version)
    index = reader.json(INDEX, read_index) if version in FORMATS else None
    if index is None:
        return
    report["signature"] = check_signature(reader, index["signedBy"], report["bundleId"], trusted, findings)
    check_expected(files, index, findings)
    evidence = {
        own["name"]: check_run(own["name"], own["data"], files, reader, findings) for own in index["runs"]
    }
    check_comparisons(index, evidence, findings)
    check_data(index, files, findings)
    check_crate(files, reader, findings)
    report["runs"] = [own["name"] for own in index["runs"]]


def main(arguments):
    options = {"--json": False, "--key": None}
    paths = []
    while arguments:
        own = arguments.pop(0)
        if own == "--json":
            options["--json"] = True
        elif own == "--key" and arguments:
            options["--key"] = arguments.pop(0)
        elif own.startswith("-") or paths:
            print(__doc__, file=sys.stderr)
            return 2
        else:
            paths.append(own)
    path = paths[0] if paths else os.path.dirname(os.path.abspath(__file__))
    try:
        report = verify(path, options["--key"])
    except OSError as error:
        print(f"verify: {error}", file=sys.stderr)
        return 2
    if options["--json"]:
        print(json.dumps(report))
    else:
        print_report(report)
    return 2 if not report["isBundle"] else 1 if report["findings"] else 0


def print_report(report):
    if not report["isBundle"]:
        print(f"{report['bundle']} is not a Twintrain bundle.")
        return
    signed = {
        "none": "not signed" + ("" if report["findings"] else ": it is consistent, but anybody could have made it"),
        "valid": f"signed with the key {report['signature']['keyId']}",
        "invalid": "its signature is not valid",
    }[report["signature"]["state"]]
    print(f"{report['bundle']}: {report['files']} files, {len(report['runs'])} runs, {signed}")
    print(f"bundle id {report['bundleId']}")
    count = len(report["findings"])
    print(f"{count} finding{'' if count == 1 else 's'}:" if count else "No findings.")
    for finding in report["findings"]:
        words = [f"{word} {finding[word]}" for word in ("expected", "found") if finding[word] is not None]
        place = f" {finding['path']}" if finding["path"] is not None else ""
        print(f"  {finding['code']}{place}{': ' + ', '.join(words) if words else ''}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
