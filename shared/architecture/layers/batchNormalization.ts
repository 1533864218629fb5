import { z } from 'zod';
import { affineFields, affineWeights } from './affine';
import {
  defineLayer,
  layerId,
  movingWeight,
  nothingNeeded,
  passesMask,
  sameShape,
  trainableField,
} from './definition';
import { ruledWeights } from './weightRules';

/**
 * Per channel (the last axis): subtracts the batch's mean and divides by its standard deviation in training,
 * by the moving statistics otherwise; then gamma and beta. Source: Ioffe and Szegedy 2015.
 * The moving variance averages the biased estimate, as in Keras 3.
 */
export const batchNormalization = defineLayer({
  label: 'BatchNormalization',
  group: 'Normalisation',
  summary: 'Normalises each channel over the batch',
  starter: nothingNeeded,
  differsInTraining: true,
  mask: passesMask,
  usesMasks: true,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('batchNormalization'),
    momentum: z.number().min(0).max(1).default(0.99),
    ...affineFields,
    ...ruledWeights('gamma', 'beta'),
    ...trainableField,
  }),
  outputShape: sameShape,
  weights: (spec, [input]) => [
    ...affineWeights(spec, input),
    movingWeight('movingMean', input?.slice(-1) ?? [], 'zeros'),
    movingWeight('movingVariance', input?.slice(-1) ?? [], 'ones'),
  ],
});
