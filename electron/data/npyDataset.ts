import { badData } from './badData';
import { sizeOf } from '../../shared/architecture/shape';
import type { TargetKind } from '../../shared/data/targetKind';
import { datasetOf, regressionOf, type Dataset } from './dataset';
import { parseNpy, type NpyArray, type NumberArray } from './npy';

const MOST_CLASSES = 1_000;

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface HowRead {
  readonly standardise: boolean;
  readonly target?: TargetKind | undefined;
  /** What the labels 0, 1, ... are called. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * Rows from one .npy file, [rows, …], and their targets from another: whole numbers [rows] for classes,
 * or numbers [rows, …] to predict.
 * @param how `standardise` scales each position of a row to mean 0 and standard deviation 1
 * @throws {AppError} bad-data, naming file, row and place
 */
export function npyDataset(
  inputs: NamedBytes,
  labels: NamedBytes,
  { standardise, target, classes: names }: HowRead,
): Dataset {
  const x = parseNpy(inputs.bytes, inputs.name);
  const stored = parseNpy(labels.bytes, labels.name);
  const y = target === undefined ? classNumbers(stored) : stored;
  const [rows = 0, ...row] = x.shape;
  const features = sizeOf(row);
  if (x.shape.length < 2 || rows === 0 || features === 0) {
    throw badData(
      `${inputs.name} has shape [${x.shape.join(', ')}].`,
      'Save an array of at least two axes, rows first, that is not empty.',
    );
  }
  const isOnePerRow = y.values.length === rows;
  if (y.shape[0] !== rows || (target === undefined ? !isOnePerRow : y.values.length === 0)) {
    throw badData(
      `${inputs.name} has shape [${x.shape.join(', ')}], but ${labels.name} has shape [${stored.shape.join(', ')}].`,
      target === undefined
        ? 'Save one label per row: [rows], [rows, 1], or one-hot [rows, classes].'
        : 'Save the numbers of each row: [rows] or [rows, targets].',
    );
  }
  const raw = x.values;
  const odd = firstOdd(raw);
  if (odd >= 0) {
    const where = `row ${Math.floor(odd / features) + 1}, number ${(odd % features) + 1}`;
    throw badData(
      `${inputs.name}, ${where}: ${raw[odd]} is not a finite 32-bit number.`,
      'Replace it or remove the row.',
    );
  }
  if (target === 'number') {
    const numbers = Float32Array.from(y.values);
    const width = numbers.length / rows;
    const at = numbers.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw badData(
        `${labels.name}, row ${Math.floor(at / width) + 1}: ${y.values[at]} is not a finite 32-bit number.`,
        'Replace it or remove the row.',
      );
    }
    return { ...regressionOf(raw, features, numbers, standardise), rowShape: row };
  }
  const numbers = y.values;
  const broken = numbers.findIndex((value) => !Number.isSafeInteger(value));
  if (broken >= 0) {
    throw badData(
      `${labels.name}, row ${broken + 1}: ${numbers[broken]} is not a class number.`,
      'Save whole numbers as labels.',
    );
  }
  if (names !== undefined) return named(x, y, labels.name, names, standardise);
  const classes = [...new Set(numbers)].sort((a, b) => a - b);
  if (classes.length < 2 || classes.length > MOST_CLASSES) {
    throw badData(
      `${labels.name} has ${classes.length} different labels.`,
      `A classifier needs from 2 to ${MOST_CLASSES} classes.`,
    );
  }
  const place = new Map(classes.map((own, index) => [own, index]));
  const labelNumbers = Int32Array.from(numbers, (own) => place.get(own) ?? 0);
  const dataset = datasetOf(raw, features, labelNumbers, classes.map(String), standardise);
  return { ...dataset, rowShape: row };
}

/** Labels are the places of their names. */
function named(
  { values, shape: [, ...row] }: NpyArray,
  { values: labels }: NpyArray,
  name: string,
  names: readonly string[],
  standardise: boolean,
): Dataset {
  const odd = labels.findIndex((own: number) => own < 0 || own >= names.length);
  if (odd >= 0) {
    throw badData(
      `${name}, row ${odd + 1}: ${labels[odd]} is none of the ${names.length} classes that are named.`,
      'Name every class, or none.',
    );
  }
  const dataset = datasetOf(values, sizeOf(row), Int32Array.from(labels), names, standardise);
  return { ...dataset, rowShape: row };
}

/** The place of the first number that is not finite as float32; -1 if there is none. */
function firstOdd(values: NumberArray): number {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return -1;
  for (let at = 0; at < values.length; at++) {
    const value = Math.fround(values[at] as number);
    if (value - value !== 0) return at;
  }
  return -1;
}

/** One-hot rows as the number of their class; other labels as they are. */
function classNumbers(labels: NpyArray): NpyArray {
  const [rows = 0, classes = 0] = labels.shape;
  if (labels.shape.length !== 2 || classes < 2) return labels;
  const numbers = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = labels.values.subarray(row * classes, (row + 1) * classes);
    const place = own.indexOf(1);
    if (place < 0 || own.some((value, at) => value !== (at === place ? 1 : 0))) return labels;
    numbers[row] = place;
  }
  return { ...labels, shape: [rows], values: numbers };
}
