import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opText } from '../../../shared/explain/firstOperation';
import type { StepTrace } from '../../../shared/explain/stepTrace';
import { tracedValues } from '../../explain/tracedValues';
import type { Engine, StepFeed } from './engine/engine';

/** The first loss that is NaN or infinite. @param results row-major [steps, width] @returns its step's index, or -1 */
export function badLoss(results: Float32Array, width: number): number {
  for (let step = 0; step * width < results.length; step++) {
    if (!Number.isFinite(results[step * width])) return step;
  }
  return -1;
}

/**
 * Takes a step whose loss is known not to be finite, and finds the first tensor that has such a number: a weight
 * before the step, or what an operation of it made of finite numbers.
 * @param step from 1
 * @returns as `weight dense/kernel before the step`; null if it cannot be found
 */
export function takeBadStep(engine: Engine, feed: StepFeed, step: number): string | null {
  const weight = engine.readWeights().find(({ values }) => !areFinite(values));
  if (weight !== undefined) {
    engine.run([feed]);
    return `weight ${weight.layer}/${weight.role} before the step`;
  }
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-nan-'));
  try {
    const values = join(folder, 'values.bin');
    const { trace } = engine.trace(feed, step, values);
    return firstMade(trace, values);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstMade(trace: StepTrace, values: string): string | null {
  const isBad = trace.values.map((_, at) => {
    const own = tracedValues(values, trace, at);
    return own !== null && !areFinite(own);
  });
  const first = trace.ops.find(
    ({ inputs, outputs }) =>
      outputs.some((at) => isBad[at] === true) && !inputs.some((at) => isBad[at] === true),
  );
  return first === undefined ? null : `output of ${opText(first)}`;
}

function areFinite(values: Float32Array): boolean {
  // A loop stops at the first one, and makes nothing.
  for (const own of values) if (!Number.isFinite(own)) return false;
  return true;
}
