import type { AppError } from '../../shared/lib/appError';
import { badData } from './badData';

/** Numbers of a .npy file in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's name of the type, such as `<f4`. */
  readonly dtype: string;
  readonly values: Float64Array;
}

/** Bytes of a number, and how it is read; little endian, as every machine we run on writes. */
const types: Readonly<
  Record<string, readonly [size: number, read: (view: DataView, at: number) => number]>
> = {
  '<f4': [4, (view, at) => view.getFloat32(at, true)],
  '<f8': [8, (view, at) => view.getFloat64(at, true)],
  '|u1': [1, (view, at) => view.getUint8(at)],
  '|i1': [1, (view, at) => view.getInt8(at)],
  '|b1': [1, (view, at) => view.getUint8(at)],
  '<u2': [2, (view, at) => view.getUint16(at, true)],
  '<i2': [2, (view, at) => view.getInt16(at, true)],
  '<u4': [4, (view, at) => view.getUint32(at, true)],
  '<i4': [4, (view, at) => view.getInt32(at, true)],
  '<i8': [8, (view, at) => Number(view.getBigInt64(at, true))],
  '<u8': [8, (view, at) => Number(view.getBigUint64(at, true))],
};

/**
 * Reads NumPy's format, versions 1 to 3 (source: NEP 1, numpy.lib.format).
 * @param name of the file, for messages
 * @throws {AppError} bad-data
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const { dtype, shape, start } = parseNpyHeader(bytes, name);
  const type = types[dtype];
  if (type === undefined) {
    throw badData(
      `${name} holds numbers of type ${dtype}.`,
      `Convert them: one of ${Object.keys(types).join(', ')}.`,
    );
  }
  const [size, read] = type;
  const count = shape.reduce((product, axis) => product * axis, 1);
  if (start + count * size > bytes.length) throw truncated(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(count);
  for (let index = 0, at = start; index < count; index++, at += size)
    values[index] = read(view, at);
  return { shape, dtype, values };
}

/**
 * @param bytes the file's beginning at least
 * @returns also where the numbers start
 */
export function parseNpyHeader(
  bytes: Uint8Array,
  name: string,
): { readonly dtype: string; readonly shape: readonly number[]; readonly start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNpy = bytes.length >= 12 && bytes[0] === 0x93 && textOf(bytes, 1, 6) === 'NUMPY';
  if (!isNpy) throw badData(`${name} is no .npy file.`, 'Save the array with numpy.save.');
  const isLong = (bytes[6] as number) > 1;
  const start = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) throw truncated(name);
  return { ...headerOf(textOf(bytes, start, start + length), name), start: start + length };
}

function headerOf(text: string, name: string): { dtype: string; shape: number[] } {
  const dtype = /'descr': *'([^']{1,8})'/.exec(text)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(text)?.[1];
  const axes = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (dtype === undefined || order === undefined || axes === undefined) {
    throw badData(`${name} has a header that cannot be read.`, 'Save a plain array of numbers.');
  }
  if (order === 'True') {
    throw badData(`${name} is in Fortran order.`, 'Save numpy.ascontiguousarray(array).');
  }
  const shape = axes
    .split(',')
    .filter((axis) => axis.trim() !== '')
    .map(Number);
  if (!shape.every(Number.isSafeInteger)) {
    throw badData(`${name} has a header that cannot be read.`, 'Save a plain array of numbers.');
  }
  return { dtype, shape };
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 65_536)));
}

function truncated(name: string): AppError {
  return badData(`${name} is shorter than its header says.`, 'Copy the file again; it is cut off.');
}
