import { z } from 'zod';
import {
  defineLayer,
  layerId,
  nothingNeeded,
  noWeights,
  passesMask,
  sameShape,
} from './definition';

/** x where it is positive, negativeSlope * x elsewhere. Source: Maas et al. 2013. */
export const leakyReLU = defineLayer({
  label: 'LeakyReLU',
  group: 'Core',
  summary: 'Relu with a slope below zero',
  starter: nothingNeeded,
  tfjsNames: { negativeSlope: 'alpha' },
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('leakyReLU'),
    negativeSlope: z.number().min(0).max(1e3).default(0.3),
  }),
  outputShape: sameShape,
  weights: noWeights,
});
