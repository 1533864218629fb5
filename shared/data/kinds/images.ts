import { z } from 'zod';
import type { DataKind } from '../dataKind';
import { pathSchema } from '../pathSchema';

/** A folder with a folder of pictures for each class; numbers from 0 to 1, channels last. */
export const images = {
  label: 'Folder of pictures',
  schema: z.strictObject({
    kind: z.literal('images'),
    path: pathSchema,
    /** Pixels; pictures of another size are resized. */
    width: z.int().min(1).max(4_096),
    height: z.int().min(1).max(4_096),
    /** 1 is grey, 3 is RGB. */
    channels: z.union([z.literal(1), z.literal(3)]),
    standardise: z.boolean().default(false),
    /** A folder with the same classes, whose pictures are held out for validation. */
    validation: pathSchema.optional(),
  }),
  places: ['path', 'validation'],
} as const satisfies DataKind;
