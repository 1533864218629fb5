import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights, passesMask } from './definition';

const numbers = z.array(z.number().min(-1e30).max(1e30)).min(1).max(65_536);

/**
 * (x - mean) / sqrt(variance) with given numbers: one for each feature (the last axis), or one for all. What
 * Keras' `adapt` found is such numbers too.
 */
export const normalization = defineLayer({
  label: 'Normalization',
  group: 'Normalisation',
  summary: '(x - mean) / deviation, with given numbers',
  starter: nothingNeeded,
  // Without them Keras has weights, which only its `adapt` sets.
  alwaysWritten: ['mean', 'variance'],
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('normalization'),
    mean: numbers.default([0]),
    variance: z.array(z.number().min(0).max(1e30)).min(1).max(65_536).default([1]),
  }),
  outputShape: ({ mean, variance }, [input]) => {
    if (input === undefined) return { problem: 'It has no input.' };
    const features = input.at(-1) ?? 0;
    const odd = [mean, variance].find(({ length }) => length !== 1 && length !== features);
    return odd === undefined
      ? input
      : {
          problem: `Normalization takes one number, or one for each of the ${features} features, not ${odd.length}.`,
        };
  },
  weights: noWeights,
});

/** What is divided by, of each number of `variance`: Keras guards against 0 by 1e-7. */
export function deviations(variance: readonly number[]): Float32Array {
  return Float32Array.from(variance, (own) => Math.max(Math.sqrt(Math.fround(own)), 1e-7));
}
