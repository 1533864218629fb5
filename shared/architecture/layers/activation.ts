import { z } from 'zod';
import { activationSchema } from '../activations';
import {
  defineLayer,
  layerId,
  nothingNeeded,
  noWeights,
  passesMask,
  sameShape,
} from './definition';

/** An activation function as a layer of its own. */
export const activation = defineLayer({
  label: 'Activation',
  group: 'Core',
  summary: 'An activation function as a layer',
  starter: nothingNeeded,
  alwaysWritten: ['activation'],
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('activation'),
    activation: activationSchema.default('relu'),
  }),
  outputShape: sameShape,
  weights: noWeights,
});
