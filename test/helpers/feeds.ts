import type { StepFeed } from '../../electron/engines/tfjs/engine/engine';

/** Steps on these batches at one learning rate, without dropout. */
export function feeds(batches: readonly Int32Array[], learningRate = 0.001): StepFeed[] {
  return batches.map((rows) => ({ rows, rates: [learningRate], dropoutSeeds: new Int32Array() }));
}
