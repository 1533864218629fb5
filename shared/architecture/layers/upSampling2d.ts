import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';
import { windowSchema } from './window';

/** Every pixel repeated: [height, width, channels] -> [height * rows, width * columns, channels]. */
export const upSampling2d = defineLayer({
  label: 'UpSampling2D',
  group: 'Shape',
  summary: 'Every pixel of an image repeated',
  starter: nothingNeeded,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('upSampling2d'),
    size: windowSchema(2).default([2, 2]),
  }),
  outputShape: ({ size }, [input]) =>
    input?.length === 3
      ? input.map((length, axis) => length * (size[axis] ?? 1))
      : {
          problem: `UpSampling2D takes shape [height, width, channels], not [${input?.join(', ') ?? ''}].`,
        },
  weights: noWeights,
});
