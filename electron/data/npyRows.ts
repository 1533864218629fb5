import { sizeOf } from '../../shared/architecture/shape';
import { badData } from './badData';
import { parseNpy, type NumberArray } from './npy';

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Rows of an array. */
export interface NpyRows {
  readonly name: string;
  readonly rows: number;
  /** Axes of a row. */
  readonly row: readonly number[];
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: NumberArray;
}

/**
 * The rows of an array [rows, ...].
 * @throws {AppError} bad-data if it is empty or has a number that is not finite as float32
 */
export function npyRows({ name, bytes }: NamedBytes): NpyRows {
  const { shape, values } = parseNpy(bytes, name);
  const [rows = 0, ...row] = shape;
  const features = sizeOf(row);
  if (shape.length < 2 || rows === 0 || features === 0) {
    throw badData(
      `${name} has shape [${shape.join(', ')}].`,
      'Save an array of at least two axes, rows first, that is not empty.',
    );
  }
  const odd = firstOdd(values);
  if (odd >= 0) {
    const where = `row ${Math.floor(odd / features) + 1}, number ${(odd % features) + 1}`;
    throw badData(
      `${name}, ${where}: ${values[odd]} is not a finite 32-bit number.`,
      'Replace it or remove the row.',
    );
  }
  return { name, rows, row, shape, values };
}

/** The place of the first number that is not finite as float32; -1 if there is none. */
export function firstOdd(values: NumberArray): number {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return -1;
  for (let at = 0; at < values.length; at++) {
    const value = Math.fround(values[at] as number);
    if (value - value !== 0) return at;
  }
  return -1;
}

/**
 * Rows that hold the numbers of several arrays one after the other: [rows, ...] of each -> [rows, numbers].
 * @throws {AppError} bad-data if one has other rows
 */
export function joinedRows(arrays: readonly NpyRows[]): NpyRows {
  const [first, ...others] = arrays;
  if (first === undefined) throw new Error('There are no arrays');
  if (others.length === 0) return first;
  const odd = others.find(({ rows }) => rows !== first.rows);
  if (odd !== undefined) {
    throw badData(
      `${odd.name} has ${odd.rows} rows, but ${first.name} has ${first.rows}.`,
      'Choose arrays of the same rows.',
    );
  }
  const sizes = arrays.map(({ row }) => sizeOf(row));
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const isWide = arrays.some(({ values }) => !(values instanceof Float32Array));
  const values = new (isWide ? Float64Array : Float32Array)(first.rows * width);
  let from = 0;
  arrays.forEach((own, at) => {
    const size = sizes[at] ?? 0;
    for (let row = 0; row < first.rows; row++) {
      for (let number = 0; number < size; number++) {
        values[row * width + from + number] = Number(own.values[row * size + number]);
      }
    }
    from += size;
  });
  return { name: first.name, rows: first.rows, row: [width], shape: [first.rows, width], values };
}
