import { z } from 'zod';
import { defineLayer, layerId, noWeights, type Shape } from './definition';

/** The axes of a row in another order; they count from 1. */
export const permute = defineLayer({
  label: 'Permute',
  group: 'Shape',
  summary: 'The axes in another order',
  starter: (input: Shape) => ({ dims: input.map((_, at) => input.length - at) }),
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('permute'),
    dims: z.array(z.int().min(1).max(4)).min(1).max(4),
  }),
  outputShape: ({ dims }, [input]) => {
    const axes = input?.length ?? 0;
    const isWhole =
      dims.length === axes && new Set(dims).size === axes && Math.max(...dims) <= axes;
    if (input === undefined || !isWhole) {
      return {
        problem: `Permute takes each of the ${axes} axes of its input once, not ${dims.join(', ')}.`,
      };
    }
    return dims.map((axis) => input[axis - 1] ?? 0);
  },
  weights: noWeights,
});
