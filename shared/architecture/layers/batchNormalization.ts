import { z } from 'zod';
import { defineLayer, layerId, movingWeight, sameShape, weight } from './definition';

/**
 * Per channel (the last axis): subtracts the batch's mean and divides by its deviation in training,
 * by the moving statistics otherwise; then gamma and beta. Source: Ioffe and Szegedy 2015.
 * TensorFlow.js updates the moving variance with the unbiased estimate, Keras 3 with the biased one.
 */
export const batchNormalization = defineLayer({
  label: 'BatchNormalization',
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('batchNormalization'),
    momentum: z.number().min(0).max(1).default(0.99),
    epsilon: z.number().positive().max(1).default(1e-3),
    center: z.boolean().default(true),
    scale: z.boolean().default(true),
  }),
  outputShape: sameShape,
  weights: ({ center, scale }, [input]) => {
    const channels = input?.slice(-1) ?? [];
    return [
      ...(scale ? [weight('gamma', channels, 'ones')] : []),
      ...(center ? [weight('beta', channels, 'zeros')] : []),
      movingWeight('movingMean', channels, 'zeros'),
      movingWeight('movingVariance', channels, 'ones'),
    ];
  },
});
