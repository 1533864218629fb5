import { z } from 'zod';
import { sizeOf } from '../shape';
import { defineLayer, layerId, noWeights } from './definition';

/** The same numbers in row-major order under another shape. */
export const reshape = defineLayer({
  label: 'Reshape',
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
