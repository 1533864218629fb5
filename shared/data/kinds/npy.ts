import { z } from 'zod';
import type { DataKind } from '../dataKind';
import { pathSchema } from '../pathSchema';
import { targetKindSchema } from '../targetKind';

/** Of an array in an archive. */
const arrayName = z.string().min(1).max(1_024);

/** NumPy arrays: rows of numbers [rows, …], and their classes [rows] or numbers [rows] or [rows, targets]. */
export const npy = {
  label: 'NumPy arrays',
  schema: z.strictObject({
    kind: z.literal('npy'),
    path: pathSchema,
    labels: pathSchema,
    /** Which array of an .npz archive `path` is, and which `labels`. */
    array: arrayName.optional(),
    labelsArray: arrayName.optional(),
    target: targetKindSchema,
    /** What the labels 0, 1, ... are called; without it by their numbers. */
    classes: z.array(z.string().max(1_024)).min(2).max(1_000).optional(),
    standardise: z.boolean().default(false),
  }),
  places: ['path', 'labels'],
} as const satisfies DataKind;
