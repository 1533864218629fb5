import { createHash } from 'node:crypto';
import type { DataShape } from '../../shared/architecture/dataFit';
import type { InputColumn } from '../../shared/data/table/inputColumn';
import type { NumberArray } from './npy';
import { rangeOf, type NumberRange } from './numberRange';

/** Rows to learn a class or numbers from: features float32 row-major; labels as class numbers. */
export interface Dataset {
  readonly rows: number;
  readonly features: number;
  readonly inputs: Float32Array;
  /** Empty if there are numbers to predict. */
  readonly labels: Int32Array;
  /** Numbers to predict, row-major [rows, targets]; null if a row has a class. */
  readonly numbers: Float32Array | null;
  /** Class names; a label is an index into them. Numbers sort as numbers, other names by code unit. */
  readonly classes: readonly string[];
  /** sha256 over shape, inputs, and labels or numbers: what the network sees. */
  readonly sha256: string;
  /** Axes of a row as it was read; a table has one. */
  readonly rowShape: readonly number[];
  /** What each column of a table became; null for what is no table. */
  readonly columns: readonly InputColumn[] | null;
  /** What is unexpected about the files. */
  readonly notes: readonly string[];
  /** Of the inputs, where it is known already. */
  readonly range?: NumberRange;
}

/** How many numbers a row has to predict; 0 if it has a class. */
export function targetsOf({ numbers, rows }: Pick<Dataset, 'numbers' | 'rows'>): number {
  return numbers === null ? 0 : numbers.length / rows;
}

export function dataShapeOf(dataset: Dataset): DataShape {
  const { features, classes, inputs, rowShape } = dataset;
  return {
    targets: targetsOf(dataset),
    features,
    rowShape,
    classes: classes.length,
    range: () => dataset.range ?? rangeOf(inputs),
  };
}

/**
 * A data set of rows as they were read.
 * @param raw row-major
 * @param standardise scales each column to mean 0 and standard deviation 1
 */
export function datasetOf(
  raw: NumberArray,
  features: number,
  labels: Int32Array,
  classes: readonly string[],
  standardise: boolean,
): Dataset {
  const inputs = inputsOf(raw, features, standardise);
  return hashed({ rows: labels.length, features, inputs, labels, numbers: null, classes });
}

/**
 * A data set of rows with numbers to predict.
 * @param raw row-major
 * @param numbers row-major [rows, targets], as they are: a target is never scaled
 * @param standardise scales each column of `raw` to mean 0 and standard deviation 1
 */
export function regressionOf(
  raw: NumberArray,
  features: number,
  numbers: Float32Array,
  standardise: boolean,
): Dataset {
  const inputs = inputsOf(raw, features, standardise);
  const rows = raw.length / features;
  return hashed({ rows, features, inputs, labels: new Int32Array(), numbers, classes: [] });
}

/** With its hash; a row has one axis until a reader says otherwise. */
export function hashed(
  data: Pick<Dataset, 'rows' | 'features' | 'inputs' | 'labels' | 'numbers' | 'classes'>,
): Dataset {
  const rowShape = [data.features];
  return { ...data, sha256: hashOfDataset(data), rowShape, columns: null, notes: [] };
}

/** Each column with mean 0 and standard deviation 1 (of the population); constant ones become 0. */
function standardised(raw: NumberArray, features: number): Float32Array {
  const rows = raw.length / features;
  const scaled = new Float32Array(raw.length);
  for (let column = 0; column < features; column++) {
    let mean = 0;
    let isConstant = true;
    for (let at = column; at < raw.length; at += features) {
      mean += (raw[at] as number) / rows;
      isConstant &&= raw[at] === raw[column];
    }
    // Compared by value: rounding gives a constant column a tiny deviation to divide by.
    if (isConstant) continue;
    let variance = 0;
    for (let at = column; at < raw.length; at += features) {
      variance += ((raw[at] as number) - mean) ** 2 / rows;
    }
    const deviation = Math.sqrt(variance);
    for (let at = column; at < raw.length; at += features) {
      scaled[at] = ((raw[at] as number) - mean) / deviation;
    }
  }
  return scaled;
}

function inputsOf(raw: NumberArray, features: number, standardise: boolean): Float32Array {
  if (standardise) return standardised(raw, features);
  // Of another array, not from an iterator, which takes several times as long.
  return raw instanceof Float32Array ? raw : new Float32Array(raw);
}

/** sha256 over the shapes, the inputs, and the labels or numbers. */
export function hashOfDataset({
  rows,
  features,
  inputs,
  labels,
  numbers,
}: Pick<Dataset, 'rows' | 'features' | 'inputs' | 'labels' | 'numbers'>): string {
  const head =
    numbers === null
      ? `twintrain-data-1 ${rows} ${features}`
      : `twintrain-data-2 ${rows} ${features} ${numbers.length / rows}`;
  return createHash('sha256')
    .update(`${head}\n`)
    .update(bytesOf(inputs))
    .update(bytesOf(numbers ?? labels))
    .digest('hex');
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
