import type { EpochRecord } from '../runs/run';

/**
 * Losses as text, one line a step: the shortest decimal that is the same float32 again once it is
 * rounded to 32 bits; `NaN`, `Infinity` and `-Infinity` by name.
 */
export function* lossesCsv(losses: Float32Array): Generator<string> {
  yield 'step,loss\n';
  const LINES = 4_096;
  for (let at = 0; at < losses.length; at += LINES) {
    let text = '';
    for (let step = at; step < Math.min(at + LINES, losses.length); step++) {
      text += `${step + 1},${shortFloat(losses[step] as number)}\n`;
    }
    yield text;
  }
}

function shortFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  // Nine significant digits tell every float32 apart (IEEE 754); most need fewer.
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
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
