import { z } from 'zod';
import type { DataKind } from '../dataKind';
import { pathSchema } from '../pathSchema';
import { targetKindSchema } from '../targetKind';

/** NumPy arrays: rows of numbers [rows, …], and their classes [rows] or numbers [rows] or [rows, targets]. */
export const npy = {
  label: 'NumPy arrays',
  schema: z.strictObject({
    kind: z.literal('npy'),
    path: pathSchema,
    labels: pathSchema,
    target: targetKindSchema,
    standardise: z.boolean().default(false),
  }),
  places: ['path', 'labels'],
} as const satisfies DataKind;
