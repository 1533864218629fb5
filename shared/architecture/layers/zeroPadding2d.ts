import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';

/** Zeros around an image: [height, width, channels] -> [top + height + bottom, left + width + right, channels]. */
export const zeroPadding2d = defineLayer({
  label: 'ZeroPadding2D',
  group: 'Shape',
  summary: 'Zeros around an image: top, bottom, left, right',
  starter: nothingNeeded,
  pairs: ['padding'],
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('zeroPadding2d'),
    padding: z.array(z.int().min(0).max(65_536)).length(4).default([1, 1, 1, 1]),
  }),
  outputShape: ({ padding }, [input]) => {
    const [height, width, channels] = input ?? [];
    if (height === undefined || width === undefined || input?.length !== 3) {
      return {
        problem: `ZeroPadding2D takes shape [height, width, channels], not [${input?.join(', ') ?? ''}].`,
      };
    }
    const [top = 0, bottom = 0, left = 0, right = 0] = padding;
    return [top + height + bottom, left + width + right, channels ?? 0];
  },
  weights: noWeights,
});
