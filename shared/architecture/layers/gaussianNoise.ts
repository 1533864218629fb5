import { z } from 'zod';
import {
  defineLayer,
  layerId,
  nothingNeeded,
  noWeights,
  passesMask,
  sameShape,
} from './definition';
import { seedSchema } from './seed';

/** In training adds normal noise of mean 0 to each number. */
export const gaussianNoise = defineLayer({
  label: 'GaussianNoise',
  group: 'Core',
  summary: 'Adds normal noise in training',
  starter: nothingNeeded,
  differsInTraining: true,
  draws: true,
  alwaysWritten: ['stddev'],
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('gaussianNoise'),
    stddev: z.number().min(0).max(1e3).default(0.1),
    seed: seedSchema,
  }),
  outputShape: sameShape,
  weights: noWeights,
});
