import { z } from 'zod';
import { sizeOf } from '../shape';
import { defineLayer, layerId, noWeights } from './definition';

/** The same numbers in row-major order under another shape; one length may be -1 ("the rest"). */
export const reshape = defineLayer({
  label: 'Reshape',
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('reshape'),
    targetShape: z
      .array(z.int().min(-1).max(1_048_576))
      .min(1)
      .max(4)
      .refine((shape) => !shape.includes(0), 'A length is at least 1, or -1 for the rest.')
      .refine((shape) => shape.filter((length) => length === -1).length <= 1, 'One -1 at most.'),
  }),
  outputShape: ({ targetShape }, [input]) => {
    const size = sizeOf(input ?? []);
    const known = sizeOf(targetShape.filter((length) => length !== -1));
    const hasRest = targetShape.includes(-1);
    if (hasRest ? size % known !== 0 : size !== known) {
      const [from, to] = [input?.join(', ') ?? '', targetShape.join(', ')];
      return { problem: `Reshape cannot make [${to}] of the ${size} numbers of [${from}].` };
    }
    return targetShape.map((length) => (length === -1 ? size / known : length));
  },
  weights: noWeights,
});
