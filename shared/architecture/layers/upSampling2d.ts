import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';
import { windowSchema } from './window';

/**
 * More pixels: [height, width, channels] -> [height * rows, width * columns, channels]. Nearest repeats
 * every pixel; bilinear weights those around, pixels being squares whose centres lie at halves (as Keras'
 * `image.resize` does on every backend).
 */
export const upSampling2d = defineLayer({
  label: 'UpSampling2D',
  group: 'Shape',
  summary: 'More pixels of an image: repeated, or weighted between neighbours',
  starter: nothingNeeded,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('upSampling2d'),
    size: windowSchema(2).default([2, 2]),
    interpolation: z.enum(['nearest', 'bilinear']).default('nearest'),
  }),
  outputShape: ({ size }, [input]) =>
    input?.length === 3
      ? input.map((length, axis) => length * (size[axis] ?? 1))
      : {
          problem: `UpSampling2D takes shape [height, width, channels], not [${input?.join(', ') ?? ''}].`,
        },
  weights: noWeights,
});
