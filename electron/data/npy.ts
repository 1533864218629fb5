import type { AppError } from '../../shared/lib/appError';
import { badData } from './badData';

/** Numbers of a .npy file in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's name of the type, such as `<f4`. */
  readonly dtype: string;
  readonly values: NumberArray;
}

/** Numbers as they were stored, where JavaScript has an array of that type; doubles otherwise. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array;

type Read = (view: DataView, at: number, isLittle: boolean) => number;

/** Bytes of a number, and how it is read, by NumPy's name without the byte order. */
const types: Readonly<Record<string, readonly [size: number, read: Read]>> = {
  f2: [2, (view, at, isLittle) => halfFloat(view.getUint16(at, isLittle))],
  f4: [4, (view, at, isLittle) => view.getFloat32(at, isLittle)],
  f8: [8, (view, at, isLittle) => view.getFloat64(at, isLittle)],
  u1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
  b1: [1, (view, at) => view.getUint8(at)],
  u2: [2, (view, at, isLittle) => view.getUint16(at, isLittle)],
  i2: [2, (view, at, isLittle) => view.getInt16(at, isLittle)],
  u4: [4, (view, at, isLittle) => view.getUint32(at, isLittle)],
  i4: [4, (view, at, isLittle) => view.getInt32(at, isLittle)],
  i8: [8, (view, at, isLittle) => Number(view.getBigInt64(at, isLittle))],
  u8: [8, (view, at, isLittle) => Number(view.getBigUint64(at, isLittle))],
};

/** Types that need no conversion on a little-endian machine, which every supported one is. */
const nativeArrays: Readonly<Record<string, new (buffer: ArrayBuffer) => NumberArray>> = {
  f4: Float32Array,
  f8: Float64Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
};

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

/** What is wrong with elements of another type, and what to do. */
function unknownType(name: string, dtype: string): [message: string, remedy: string] {
  const supported = `supported are ${Object.keys(types).join(', ')}`;
  if (/^[<>|=]?[US]/.test(dtype)) {
    return [
      `${name} holds texts (${dtype}).`,
      'Save the numbers of the classes instead: names, numbers = numpy.unique(texts, return_inverse=True).',
    ];
  }
  if (dtype.endsWith('O')) {
    return [
      `${name} holds Python objects (${dtype}), which only Python can read.`,
      "Convert them, for example with .astype('float32'); texts with numpy.unique(texts, return_inverse=True).",
    ];
  }
  const kinds: Record<string, string> = { M: 'dates', m: 'times', c: 'complex numbers' };
  const kind = kinds[/[a-zA-Z]/.exec(dtype)?.[0] ?? ''] ?? 'elements';
  return [
    `${name} holds ${kind} of type ${dtype}.`,
    `Convert them, for example with .astype('float32'); ${supported}.`,
  ];
}

/**
 * Reads NumPy's format, versions 1 to 3 (source: NEP 1, numpy.lib.format).
 * @param name of the file, for messages
 * @throws {AppError} bad-data
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const { dtype, shape, start, isFortran } = parseNpyHeader(bytes, name);
  const [, order = '', plain = ''] = /^([<>|=]?)([a-z]\d)$/.exec(dtype) ?? [];
  const type = types[plain];
  if (type === undefined) {
    throw badData(...unknownType(name, dtype));
  }
  const [size, read] = type;
  const count = shape.reduce((product, axis) => product * axis, 1);
  if (start + count * size > bytes.length) throw truncated(name);
  const stored = nativeArrays[plain];
  if (stored !== undefined && order !== '>' && !isFortran) {
    // A copy of these bytes alone: they may begin anywhere, and the file is not kept.
    return {
      shape,
      dtype,
      values: new stored(new Uint8Array(bytes.subarray(start, start + count * size)).buffer),
    };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(count);
  for (let index = 0, at = start; index < count; index++, at += size) {
    values[index] = read(view, at, order !== '>');
  }
  return { shape, dtype, values: isFortran ? rowMajor(values, shape) : values };
}

/** Column-major numbers in row-major order. */
function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  const steps: number[] = [];
  shape.forEach((_, axis) =>
    steps.push(axis === 0 ? 1 : (steps[axis - 1] ?? 1) * (shape[axis - 1] ?? 1)),
  );
  const index = shape.map(() => 0);
  return values.map(() => {
    const value = values[index.reduce((sum, own, axis) => sum + own * (steps[axis] ?? 0), 0)] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
    return value;
  });
}

/**
 * @param bytes at least the file's beginning
 * @returns also where the numbers start
 */
export function parseNpyHeader(
  bytes: Uint8Array,
  name: string,
): {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  /** Whether the first axis varies fastest (column-major). */
  readonly isFortran: boolean;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNpy = bytes.length >= 12 && bytes[0] === 0x93 && textOf(bytes, 1, 6) === 'NUMPY';
  if (!isNpy) throw badData(`${name} is not a .npy file.`, 'Save the array with numpy.save.');
  const isLong = (bytes[6] as number) > 1;
  const start = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) throw truncated(name);
  return { ...headerOf(textOf(bytes, start, start + length), name), start: start + length };
}

function headerOf(
  text: string,
  name: string,
): { dtype: string; shape: number[]; isFortran: boolean } {
  const dtype = /'descr': *'([^']{1,8})'/.exec(text)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(text)?.[1];
  const axes = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (dtype === undefined || order === undefined || axes === undefined) {
    throw badData(`${name} has a header that cannot be read.`, 'Save a plain array of numbers.');
  }
  const shape = axes
    .split(',')
    .filter((axis) => axis.trim() !== '')
    .map(Number);
  if (!shape.every(Number.isSafeInteger)) {
    throw badData(`${name} has a header that cannot be read.`, 'Save a plain array of numbers.');
  }
  return { dtype, shape, isFortran: order === 'True' };
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 65_536)));
}

function truncated(name: string): AppError {
  return badData(`${name} is shorter than its header says.`, 'Copy the file again; it is cut off.');
}
