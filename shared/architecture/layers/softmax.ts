import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights, sameShape } from './definition';

/** Shares that add up to 1 along an axis: axes of a row count from 1, -1 is the last one. */
export const softmax = defineLayer({
  label: 'Softmax',
  group: 'Core',
  summary: 'Shares that add up to 1 along an axis',
  starter: nothingNeeded,
  refusesMasks:
    'Keras 3 would match the mask with its last axes. Use the activation softmax, which leaves the mask alone.',
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('softmax'),
    axis: z.int().min(-4).max(4).default(-1),
  }),
  outputShape: ({ axis }, [input]) => {
    const axes = input?.length ?? 0;
    if (axis !== 0 && axis >= -axes && axis <= axes) return sameShape(null, [input ?? []]);
    return { problem: `Softmax along axis ${axis} takes an input with such an axis, not ${axes}.` };
  },
  weights: noWeights,
});
