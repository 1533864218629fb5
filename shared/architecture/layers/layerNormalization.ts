import { z } from 'zod';
import { defineLayer, layerId, sameShape, weight } from './definition';

/**
 * Per row and position: subtracts the mean over the last axis and divides by its deviation, then
 * gamma and beta. Source: Ba, Kiros and Hinton 2016 (arXiv 1607.06450).
 */
export const layerNormalization = defineLayer({
  label: 'LayerNormalization',
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('layerNormalization'),
    epsilon: z.number().positive().max(1).default(1e-3),
    center: z.boolean().default(true),
    scale: z.boolean().default(true),
  }),
  outputShape: sameShape,
  weights: ({ center, scale }, [input]) => {
    const features = input?.slice(-1) ?? [];
    return [
      ...(scale ? [weight('gamma', features, 'ones')] : []),
      ...(center ? [weight('beta', features, 'zeros')] : []),
    ];
  },
});
