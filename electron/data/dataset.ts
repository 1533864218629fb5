import { createHash } from 'node:crypto';
import type { DataShape } from '../../shared/architecture/dataFit';

/** How much of a file or folder has been read. */
export type OnProgress = (done: number, total: number) => void;

/** Rows to learn a class from: features float32 row-major; labels as class numbers. */
export interface Dataset {
  readonly rows: number;
  readonly features: number;
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  /** Class names; a label is an index into them. Numbers sort as numbers, other names by code unit. */
  readonly classes: readonly string[];
  /** sha256 over shape, inputs and labels: what the network sees. */
  readonly sha256: string;
  /** Axes of a row as it was read; a table has one. */
  readonly rowShape: readonly number[];
  /** What is unexpected about the files. */
  readonly notes: readonly string[];
}

export function dataShapeOf({ features, classes, inputs, rowShape }: Dataset): DataShape {
  return {
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
  const inputs = standardise ? standardised(raw, features) : Float32Array.from(raw);
  const sha256 = hashOf(features, inputs, labels);
  const rowShape = [features];
  return { rows: labels.length, features, inputs, labels, classes, sha256, rowShape, notes: [] };
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

function hashOf(features: number, inputs: Float32Array, labels: Int32Array): string {
  return createHash('sha256')
    .update(`twintrain-data-1 ${labels.length} ${features}\n`)
    .update(new Uint8Array(inputs.buffer))
    .update(new Uint8Array(labels.buffer))
    .digest('hex');
}
