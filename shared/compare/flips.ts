import { mostProbable } from '../evaluation/probabilities';
import type { RunManifest } from '../runs/run';
import { trainedRows } from '../training/trainingConfig';

/** A row whose predicted class is not the same in two runs. */
export interface Flip {
  /** Of the data, from 0, in the order in which it is split. */
  readonly row: number;
  readonly label: string;
  readonly a: PredictedClass;
  readonly b: PredictedClass;
}

export interface PredictedClass {
  readonly name: string;
  /** What the network outputs for it: a probability, unless it outputs logits. */
  readonly output: number;
}

export interface Flips {
  readonly rows: number;
  readonly flips: readonly Flip[];
  /** How many of the rows each run predicts rightly. */
  readonly right: readonly [number, number];
}

/** Why the rows that two runs hold out cannot be compared; null if they can. */
export function whyNoFlips(a: RunManifest, b: RunManifest): string | null {
  if (a.data.sha256 !== b.data.sha256) return 'The runs were trained on different data.';
  if (a.data.classes.length === 0) return 'The runs predict numbers, not classes.';
  const [own, its] = [a, b].map(({ training, data }) => data.rows - trainedRows(training, data));
  if (own === 0 || its === 0) return 'A run holds out no rows: train with a validation split.';
  const isSameSplit =
    own === its &&
    a.training.validationFrom === b.training.validationFrom &&
    (a.training.validationFrom === 'end' || a.randomness.seed === b.randomness.seed);
  return isSameSplit ? null : 'The runs hold out different rows.';
}

/**
 * @param outputs of each run, row-major [rows, outputs]
 * @param labels of the held-out rows
 * @param firstRow of them in the data
 * @param fromLogits whether one output is a logit, so that 0 parts the classes and not a half
 */
export function flipsOf(
  outputs: readonly [Float32Array, Float32Array],
  labels: Int32Array,
  classes: readonly string[],
  firstRow: number,
  fromLogits: readonly [boolean, boolean],
): Flips {
  const flips: Flip[] = [];
  const right: [number, number] = [0, 0];
  labels.forEach((label, index) => {
    const [a, b] = ([0, 1] as const).map((side) =>
      predicted(outputs[side], labels.length, index, fromLogits[side]),
    ) as [Choice, Choice];
    if (a.label === label) right[0]++;
    if (b.label === label) right[1]++;
    if (a.label === b.label) return;
    const named = ({ label: own, output }: Choice) => ({ name: classes[own] ?? '?', output });
    flips.push({ row: firstRow + index, label: classes[label] ?? '?', a: named(a), b: named(b) });
  });
  return { rows: labels.length, flips, right };
}

interface Choice {
  readonly label: number;
  readonly output: number;
}

function predicted(outputs: Float32Array, rows: number, row: number, isLogit: boolean): Choice {
  const width = outputs.length / rows;
  const own = outputs.subarray(row * width, (row + 1) * width);
  if (width === 1) {
    const output = own[0] as number;
    return { label: output > (isLogit ? 0 : 0.5) ? 1 : 0, output };
  }
  const label = mostProbable(outputs, width, row);
  return { label, output: own[label] as number };
}
