import { createHash } from 'node:crypto';
import type { DataShape, NamedArray, NumberRange } from '../../shared/architecture/dataFit';
import type { InputColumn } from '../../shared/data/table/inputColumn';
import type { TargetScale } from '../../shared/data/targetScale';
import type { HeldOut } from '../../shared/training/heldOut';
import { dataHead } from '../../shared/data/dataHead';
import { rangeOf, rangeWithin } from './numberRange';

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
  /** How much each row counts; null if all count 1. */
  readonly rowWeights: Float32Array | null;
  /** The group of each row, from 0: rows of a group may be held out together. Null if there are none. */
  readonly groups: Int32Array | null;
  /** The last rows, if they are held out whatever the split is; null if that is left to the training. */
  readonly heldOut: HeldOut | null;
  /** How the numbers to predict were scaled; null if they are as they were read. */
  readonly targetScale: readonly TargetScale[] | null;
  /** sha256 over shape, inputs, labels or numbers, and what else a run sees of the rows. */
  readonly sha256: string;
  /** Names and rows of several arrays, whose numbers follow one another in a row. */
  readonly arrays?: readonly NamedArray[];
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

/** How many rows each group has. */
export function groupSizesOf(groups: Int32Array): readonly number[] {
  const sizes: number[] = [];
  for (const group of groups) sizes[group] = (sizes[group] ?? 0) + 1;
  return Array.from(sizes, (size) => size ?? 0);
}

export function dataShapeOf(dataset: Dataset): DataShape {
  const { features, classes, inputs, rowShape } = dataset;
  return {
    targets: targetsOf(dataset),
    features,
    rowShape,
    classes: classes.length,
    arrays: dataset.arrays ?? null,
    range: () => dataset.range ?? rangeOf(inputs),
    rangeWithin: (from, size) => rangeWithin(inputs, dataset.features, from, size),
  };
}

/** What is hashed of a data set. */
type Hashed = Pick<Dataset, 'rows' | 'features' | 'inputs' | 'labels' | 'numbers'> &
  Partial<Pick<Dataset, 'rowWeights' | 'groups' | 'heldOut'>>;

/** With its hash; a row has one axis until a reader says otherwise. */
export function hashed(data: Hashed & Pick<Dataset, 'classes'>): Dataset {
  const whole = { rowWeights: null, groups: null, heldOut: null, ...data };
  const rowShape = [data.features];
  const facts = { rowShape, columns: null, notes: [], targetScale: null };
  return { ...whole, ...facts, sha256: hashOfDataset(whole) };
}

/**
 * sha256 over the shapes, the inputs, and the labels or numbers; after these over weights and groups, where
 * there are any. What rows without them hash to never changes.
 */
export function hashOfDataset({
  rows,
  features,
  inputs,
  labels,
  numbers,
  rowWeights = null,
  groups = null,
  heldOut = null,
}: Hashed): string {
  const targets = numbers === null ? 0 : numbers.length / rows;
  const aside = heldOut?.by === 'file' ? heldOut.rows : 0;
  const parts = { targets, aside, isWeighted: rowWeights !== null, isGrouped: groups !== null };
  const hash = createHash('sha256')
    .update(`${dataHead(rows, features, parts)}\n`)
    .update(bytesOf(inputs))
    .update(bytesOf(numbers ?? labels));
  if (rowWeights !== null) hash.update(bytesOf(rowWeights));
  if (groups !== null) hash.update(bytesOf(groups));
  return hash.digest('hex');
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
