import { z } from 'zod';
import { sizeOf } from '../shape';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';

/** All axes as one: [a, b, ...] -> [a * b * ...]. */
export const flatten = defineLayer({
  label: 'Flatten',
  group: 'Shape',
  summary: 'All axes as one',
  starter: nothingNeeded,
  schema: z.strictObject({ id: layerId, kind: z.literal('flatten') }),
  outputShape: (_spec, [input]) =>
    input === undefined ? { problem: 'It has no input.' } : [sizeOf(input)],
  weights: noWeights,
});
