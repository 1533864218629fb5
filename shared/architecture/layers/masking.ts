import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';

/**
 * Marks the steps of which every feature has one value, as padding has, so that layers behind it pass over them, and
 * makes them 0: [steps, ..., features] -> the same. Source: Keras 3, layers/core/masking.py.
 */
export const masking = defineLayer({
  label: 'Masking',
  group: 'Recurrent',
  summary: 'Marks padded steps, which later layers pass over',
  starter: nothingNeeded,
  mask: () => 'made',
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('masking'),
    maskValue: z.number().default(0),
  }),
  outputShape: (_spec, [input = []]) =>
    input.length > 1
      ? input
      : { problem: `Masking takes shape [steps, features], not [${input.join(', ')}].` },
  weights: noWeights,
});
