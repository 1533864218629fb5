import { badData } from './badData';
import { sizeOf } from '../../shared/architecture/shape';
import { datasetOf, type Dataset } from './dataset';
import { parseNpy, type NpyArray } from './npy';

const MOST_CLASSES = 1_000;

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Rows from one .npy file, [rows, …], and their classes from another: whole numbers, [rows].
 * @param standardise scales each position of a row to mean 0 and standard deviation 1
 * @throws {AppError} bad-data, naming file, row and place
 */
export function npyDataset(inputs: NamedBytes, labels: NamedBytes, standardise: boolean): Dataset {
  const x = parseNpy(inputs.bytes, inputs.name);
  const y = classNumbers(parseNpy(labels.bytes, labels.name));
  const [rows = 0, ...row] = x.shape;
  const features = sizeOf(row);
  if (x.shape.length < 2 || rows === 0 || features === 0) {
    throw badData(
      `${inputs.name} has shape [${x.shape.join(', ')}].`,
      'Save an array of at least two axes, rows first, that is not empty.',
    );
  }
  if (y.shape[0] !== rows || y.values.length !== rows) {
    throw badData(
      `${inputs.name} has shape [${x.shape.join(', ')}], but ${labels.name} has shape [${y.shape.join(', ')}].`,
      'Save one label per row: [rows], [rows, 1], or one-hot [rows, classes].',
    );
  }
  const raw = x.values;
  const odd = raw.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (odd >= 0) {
    const where = `row ${Math.floor(odd / features) + 1}, number ${(odd % features) + 1}`;
    throw badData(
      `${inputs.name}, ${where}: ${raw[odd]} is not a finite 32-bit number.`,
      'Replace it or remove the row.',
    );
  }
  const numbers = y.values;
  const broken = numbers.findIndex((value) => !Number.isSafeInteger(value));
  if (broken >= 0) {
    throw badData(
      `${labels.name}, row ${broken + 1}: ${numbers[broken]} is not a class number.`,
      'Save whole numbers as labels.',
    );
  }
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
