import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights, sameShape } from './definition';
import { seedSchema } from './seed';

/**
 * In training sets a fraction `rate` of the numbers to zero and scales the others by 1 / (1 - rate);
 * a new mask every step. Source: Srivastava et al. 2014, in the inverted form of Keras.
 */
export const dropout = defineLayer({
  label: 'Dropout',
  group: 'Core',
  summary: 'Drops a share of the numbers in training',
  starter: nothingNeeded,
  differsInTraining: true,
  alwaysWritten: ['rate'],
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('dropout'),
    rate: z.number().min(0).lt(1).default(0.5),
    seed: seedSchema,
  }),
  outputShape: sameShape,
  weights: noWeights,
});
