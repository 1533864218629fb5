import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';

/** Two or more inputs side by side along the last axis; their other axes agree. */
export const concatenate = defineLayer({
  label: 'Concatenate',
  group: 'Merge',
  summary: 'Its inputs side by side',
  starter: nothingNeeded,
  mask: () => 'any',
  schema: z.strictObject({ id: layerId, kind: z.literal('concatenate') }),
  outputShape: (_spec, [first, ...others]) => {
    if (first === undefined || others.length === 0) {
      return {
        problem: 'Concatenate takes two or more inputs; in a Sequential each layer has one.',
      };
    }
    const rest = (shape: readonly number[]) => shape.slice(0, -1).join(', ');
    const odd = others.find(
      (shape) => shape.length !== first.length || rest(shape) !== rest(first),
    );
    if (odd !== undefined) {
      return {
        problem: `Concatenate takes inputs that differ in the last axis only, not [${first.join(', ')}] and [${odd.join(', ')}].`,
      };
    }
    const width = [first, ...others].reduce((sum, shape) => sum + (shape.at(-1) ?? 0), 0);
    return [...first.slice(0, -1), width];
  },
  weights: noWeights,
});
