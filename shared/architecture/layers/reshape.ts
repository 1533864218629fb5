import { z } from 'zod';
import { sizeOf } from '../shape';
import { defineLayer, layerId, noWeights, type Shape } from './definition';

/** The same numbers, in row-major order, in another shape. */
export const reshape = defineLayer({
  label: 'Reshape',
  group: 'Shape',
  summary: 'The same numbers in another shape',
  starter: (input: Shape) => ({ targetShape: [sizeOf(input)] }),
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('reshape'),
    targetShape: z.array(z.int().min(1).max(1_048_576)).min(1).max(4),
  }),
  outputShape: ({ targetShape }, [input]) => {
    const size = sizeOf(input ?? []);
    if (size === sizeOf(targetShape)) return targetShape;
    const [from, to] = [input?.join(', ') ?? '', targetShape.join(', ')];
    return { problem: `Reshape cannot make [${to}] of the ${size} numbers of [${from}].` };
  },
  weights: noWeights,
});
