// @ts-check
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs/minimal.js';
import { tensorflowFolder } from './bootstrap/tensorflow.mjs';

/**
 * Makes electron/engines/tfjs/trace/opTable.json from the pinned TensorFlow: for every operation the
 * names of its outputs (with the attribute that counts them, for lists) and of its attributes.
 * A function body refers to values by output name, and refuses attributes it does not know.
 */
const file = fileURLToPath(new URL('../electron/engines/tfjs/trace/opTable.json', import.meta.url));

/** TF_GetAllOpList of the C API, as a serialised OpList. @returns {Buffer} */
function serialisedOps() {
  const program = [
    'import ctypes, sys',
    'folder = sys.argv[1]',
    'ctypes.CDLL(folder + "/libtensorflow_framework.so.2", ctypes.RTLD_GLOBAL)',
    'tf = ctypes.CDLL(folder + "/libtensorflow_cc.so.2", ctypes.RTLD_GLOBAL)',
    'class Buffer(ctypes.Structure):',
    '    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t)]',
    'tf.TF_GetAllOpList.restype = ctypes.POINTER(Buffer)',
    'b = tf.TF_GetAllOpList().contents',
    'sys.stdout.buffer.write(ctypes.string_at(b.data, b.length))',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, tensorflowFolder()], {
    maxBuffer: 1 << 28,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  if (status !== 0) throw new Error(`TensorFlow's list of operations could not be read: ${stderr}`);
  return stdout;
}

/**
 * Reads one message: passes every field's number to `take`, which reads the field or returns false.
 * @param {protobuf.Reader} reader @param {number} length
 * @param {(field: number, reader: protobuf.Reader) => boolean} take
 */
function message(reader, length, take) {
  const end = reader.pos + length;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!take(tag >>> 3, reader)) reader.skipType(tag & 7);
  }
}

/** @returns {Record<string, { outputs: [string, string?][], attributes: string[] }>} */
export function opTable() {
  const bytes = serialisedOps();
  /** @type {Record<string, { outputs: [string, string?][], attributes: string[] }>} */
  const table = {};
  const reader = protobuf.Reader.create(bytes);
  message(reader, bytes.length, (field) => {
    if (field !== 1) return false;
    let name = '';
    /** @type {[string, string?][]} */
    const outputs = [];
    /** @type {string[]} */
    const attributes = [];
    message(reader, reader.uint32(), (own) => {
      if (own === 1) name = reader.string();
      else if (own === 3) outputs.push(outputArgument(reader));
      else if (own === 4) attributes.push(firstString(reader));
      else return false;
      return true;
    });
    table[name] = { outputs, attributes };
    return true;
  });
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @param {protobuf.Reader} reader @returns {[string, string?]} */
function outputArgument(reader) {
  let name = '';
  let count = '';
  message(reader, reader.uint32(), (field) => {
    if (field === 1) name = reader.string();
    // number_attr, or type_list_attr
    else if (field === 5 || field === 6) count = reader.string();
    else return false;
    return true;
  });
  return count === '' ? [name] : [name, count];
}

/** @param {protobuf.Reader} reader @returns {string} */
function firstString(reader) {
  let name = '';
  message(reader, reader.uint32(), (field) => {
    if (field !== 1) return false;
    name = reader.string();
    return true;
  });
  return name;
}

/** One operation per line, so that a version change gives a readable diff. */
export function opTableText() {
  const lines = Object.entries(opTable()).map(
    ([name, op]) => `${JSON.stringify(name)}:${JSON.stringify(op)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, opTableText());
