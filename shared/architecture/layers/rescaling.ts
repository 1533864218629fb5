import { z } from 'zod';
import {
  defineLayer,
  layerId,
  nothingNeeded,
  noWeights,
  passesMask,
  sameShape,
} from './definition';

/** x * scale + offset, for inputs that were read in another range. */
export const rescaling = defineLayer({
  label: 'Rescaling',
  group: 'Normalisation',
  summary: 'x · scale + offset',
  starter: nothingNeeded,
  alwaysWritten: ['scale'],
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('rescaling'),
    scale: z
      .number()
      .min(-1e9)
      .max(1e9)
      .default(1 / 255),
    offset: z.number().min(-1e9).max(1e9).default(0),
  }),
  outputShape: sameShape,
  weights: noWeights,
});
