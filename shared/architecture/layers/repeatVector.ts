import { z } from 'zod';
import { defineLayer, layerId, noWeights } from './definition';

/** A row repeated as the steps of a sequence: [features] -> [n, features]. */
export const repeatVector = defineLayer({
  label: 'RepeatVector',
  group: 'Shape',
  summary: 'A row repeated as steps of a sequence',
  starter: () => ({ n: 4 }),
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('repeatVector'),
    n: z.int().min(1).max(65_536),
  }),
  outputShape: ({ n }, [input]) =>
    input?.length === 1
      ? [n, ...input]
      : { problem: `RepeatVector takes one axis, not [${input?.join(', ') ?? ''}].` },
  weights: noWeights,
});
