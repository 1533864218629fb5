import { float32Text } from '../lib/float32Text';
import type { EpochRecord } from '../runs/run';

/**
 * Losses as text, one line per step: the shortest decimal that gives the same float32 when it is
 * rounded to 32 bits; `NaN`, `Infinity` and `-Infinity` by name.
 */
export function* lossesCsv(losses: Float32Array): Generator<string> {
  yield 'step,loss\n';
  /** Unchanged since the first bundle format: it decides how the smallest numbers are written. */
  const FEWEST_DIGITS = 6;
  const LINES = 4_096;
  for (let at = 0; at < losses.length; at += LINES) {
    let text = '';
    for (let step = at; step < Math.min(at + LINES, losses.length); step++) {
      text += `${step + 1},${float32Text(losses[step] as number, FEWEST_DIGITS)}\n`;
    }
    yield text;
  }
}

/** Loss and metrics by epoch: a column for each name, of training and of validation. */
export function epochsCsv(records: readonly EpochRecord[]): string {
  const names = [...new Set(records.flatMap(({ training }) => Object.keys(training)))];
  const head = ['epoch', 'lastStep', ...names, ...names.map((name) => `validation_${name}`)];
  const lines = records.map(({ epoch, lastStep, training, validation }) => [
    epoch,
    lastStep,
    ...names.map((name) => training[name] ?? ''),
    ...names.map((name) => validation?.[name] ?? ''),
  ]);
  return [head, ...lines].map((line) => `${line.join(',')}\n`).join('');
}
