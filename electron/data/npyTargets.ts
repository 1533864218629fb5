import { badData } from './badData';
import { refuseNoWeight } from './refuseNoWeight';
import { parseNpy, type NpyArray } from './npy';
import { firstOdd, type NamedBytes, type NpyRows } from './npyRows';

/**
 * The targets of some rows: class numbers [rows], or numbers [rows, targets] to predict.
 * @throws {AppError} bad-data
 */
export function npyTargets(
  { name, bytes }: NamedBytes,
  rows: NpyRows,
  isNumber: boolean,
): NpyArray {
  const stored = parseNpy(bytes, name);
  const y = isNumber ? stored : classNumbers(stored);
  const isOnePerRow = y.values.length === rows.rows;
  if (y.shape[0] !== rows.rows || (isNumber ? y.values.length === 0 : !isOnePerRow)) {
    throw badData(
      `${rows.name} has shape [${rows.shape.join(', ')}], but ${name} has shape [${stored.shape.join(', ')}].`,
      isNumber
        ? 'Save the numbers of each row: [rows] or [rows, targets].'
        : 'Save one label per row: [rows], [rows, 1], or one-hot [rows, classes]; or make them numbers to predict, such as several labels of 0 and 1.',
    );
  }
  const width = y.values.length / rows.rows;
  const odd = isNumber
    ? firstOdd(y.values)
    : y.values.findIndex((value) => !Number.isSafeInteger(value));
  if (odd < 0) return y;
  throw isNumber
    ? badData(
        `${name}, row ${Math.floor(odd / width) + 1}: ${y.values[odd]} is not a finite 32-bit number.`,
        'Replace it or remove the row.',
      )
    : badData(
        `${name}, row ${odd + 1}: ${y.values[odd]} is not a class number.`,
        'Save whole numbers as labels, or make them numbers to predict.',
      );
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

/**
 * What each row's loss counts: [rows], not negative.
 * @throws {AppError} bad-data
 */
export function npyWeights({ name, bytes }: NamedBytes, { rows }: NpyRows): Float32Array {
  const { values, shape } = parseNpy(bytes, name);
  refuseOtherLength(name, shape, values.length, rows, 'weight');
  const odd = values.findIndex(
    (value) => !(Math.fround(value) >= 0 && Math.fround(value) < Infinity),
  );
  if (odd < 0) {
    const weights = Float32Array.from(values);
    refuseNoWeight(name, weights);
    return weights;
  }
  throw badData(
    `${name}, row ${odd + 1}: a weight is ${values[odd]}.`,
    'Use 0 or a positive, finite number.',
  );
}

/**
 * The group of each row, numbered from 0 in the order of their values.
 * @throws {AppError} bad-data
 */
export function npyGroups({ name, bytes }: NamedBytes, { rows }: NpyRows): Int32Array {
  const { values, shape } = parseNpy(bytes, name);
  refuseOtherLength(name, shape, values.length, rows, 'group');
  const odd = values.findIndex((value) => !Number.isSafeInteger(value));
  if (odd >= 0) {
    throw badData(
      `${name}, row ${odd + 1}: ${values[odd]} is not the number of a group.`,
      'Save whole numbers.',
    );
  }
  const sorted = [...new Set<number>(values)].sort((a, b) => a - b);
  const places = new Map(sorted.map((own, place) => [own, place]));
  return Int32Array.from(values, (own) => places.get(own) ?? 0);
}

function refuseOtherLength(
  name: string,
  shape: readonly number[],
  length: number,
  rows: number,
  what: string,
): void {
  if (length === rows) return;
  throw badData(
    `${name} has shape [${shape.join(', ')}], but there are ${rows} rows.`,
    `Save one ${what} for each row.`,
  );
}
