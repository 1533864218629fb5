import { z } from 'zod';
import type { DataKind } from '../dataKind';
import { pathSchema } from '../pathSchema';
import { targetKindSchema } from '../targetKind';

/**
 * A CSV file as projects and runs named it before tables had columns with roles: separated by commas, one
 * column is the target and every other one a number. Read for ever, no longer written by the window.
 */
export const csv = {
  label: 'CSV file',
  schema: z.strictObject({
    kind: z.literal('csv'),
    path: pathSchema,
    label: z.string().min(1).max(1_024),
    target: targetKindSchema,
    /** Scales each column to mean 0 and standard deviation 1; off for whole numbers of an embedding. */
    standardise: z.boolean().default(true),
  }),
  places: ['path'],
} as const satisfies DataKind;
