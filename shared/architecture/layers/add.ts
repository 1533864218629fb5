import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';

/** The sum of two or more inputs of one shape. */
export const add = defineLayer({
  label: 'Add',
  group: 'Merge',
  summary: 'The sum of its inputs',
  starter: nothingNeeded,
  schema: z.strictObject({ id: layerId, kind: z.literal('add') }),
  outputShape: (_spec, [first, ...others]) => {
    if (first === undefined || others.length === 0) {
      return { problem: 'Add takes two or more inputs, which only a Model subclass can give it.' };
    }
    const odd = others.find((shape) => shape.join() !== first.join());
    return odd === undefined
      ? first
      : {
          problem: `Add takes inputs of one shape, not [${first.join(', ')}] and [${odd.join(', ')}].`,
        };
  },
  weights: noWeights,
});
