import { createHash } from 'node:crypto';
import type { DataShape } from '../../shared/architecture/dataFit';

/** How much of a file or folder has been read. */
export type OnProgress = (done: number, total: number) => void;

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
  /** What is unexpected about the files. */
  readonly notes: readonly string[];
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
    range: () => ({
      min: inputs.reduce((least, value) => Math.min(least, value), Infinity),
      max: inputs.reduce((most, value) => Math.max(most, value), -Infinity),
      areWhole: inputs.every(Number.isInteger),
    }),
  };
}

/**
 * A data set of rows as they were read.
 * @param raw row-major
 * @param standardise scales each column to mean 0 and standard deviation 1
 */
export function datasetOf(
  raw: Float64Array,
  features: number,
  labels: Int32Array,
  classes: readonly string[],
  standardise: boolean,
): Dataset {
  const inputs = inputsOf(raw, features, standardise);
  const rows = labels.length;
  const sha256 = hashOf(`twintrain-data-1 ${rows} ${features}`, inputs, labels);
  const rowShape = [features];
  return { rows, features, inputs, labels, numbers: null, classes, sha256, rowShape, notes: [] };
}

/**
 * A data set of rows with numbers to predict.
 * @param raw row-major
 * @param numbers row-major [rows, targets], as they are: a target is never scaled
 * @param standardise scales each column of `raw` to mean 0 and standard deviation 1
 */
export function regressionOf(
  raw: Float64Array,
  features: number,
  numbers: Float32Array,
  standardise: boolean,
): Dataset {
  const inputs = inputsOf(raw, features, standardise);
  const rows = raw.length / features;
  const head = `twintrain-data-2 ${rows} ${features} ${numbers.length / rows}`;
  const sha256 = hashOf(head, inputs, numbers);
  const labels = new Int32Array();
  const rowShape = [features];
  return { rows, features, inputs, labels, numbers, classes: [], sha256, rowShape, notes: [] };
}

/** Each column with mean 0 and standard deviation 1 (of the population); constant ones become 0. */
function standardised(raw: Float64Array, features: number): Float32Array {
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

function inputsOf(raw: Float64Array, features: number, standardise: boolean): Float32Array {
  return standardise ? standardised(raw, features) : Float32Array.from(raw);
}

/** @param head the line that names the shapes */
function hashOf(head: string, inputs: Float32Array, targets: Int32Array | Float32Array): string {
  return createHash('sha256')
    .update(`${head}\n`)
    .update(new Uint8Array(inputs.buffer))
    .update(new Uint8Array(targets.buffer))
    .digest('hex');
}
