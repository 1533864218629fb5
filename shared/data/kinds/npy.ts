import { z } from 'zod';
import type { DataKind } from '../dataKind';
import { pathSchema } from '../pathSchema';
import { targetKindSchema } from '../targetKind';
import { windowsSchema } from '../windows';

/** Of an array in an archive. */
const arrayName = z.string().min(1).max(1_024);

/** NumPy arrays: rows of numbers [rows, …], and their classes [rows] or numbers [rows] or [rows, targets]. */
export const npy = {
  label: 'NumPy arrays (.npy, .npz)',
  schema: z.strictObject({
    kind: z.literal('npy'),
    path: pathSchema,
    labels: pathSchema,
    /** Which array of an .npz archive `path` is, and which `labels`. */
    array: arrayName.optional(),
    labelsArray: arrayName.optional(),
    /** More arrays of the archive `path`, for networks with several inputs: their numbers follow in each row. */
    alsoArrays: z.array(arrayName).min(1).max(63).optional(),
    target: targetKindSchema,
    /** What the labels 0, 1, ... are called; without it by their numbers. */
    classes: z.array(z.string().max(1_024)).min(2).max(1_000).optional(),
    standardise: z.boolean().default(false),
    /** Scales each number to predict to mean 0 and standard deviation 1. */
    standardiseTarget: z.boolean().optional(),
    /** How much each row counts: numbers [rows]. */
    weights: pathSchema.optional(),
    weightsArray: arrayName.optional(),
    /** The group of each row: whole numbers [rows]. */
    groups: pathSchema.optional(),
    groupsArray: arrayName.optional(),
    /** Rows that are held out for validation, and their targets: arrays of their own. */
    validation: pathSchema.optional(),
    validationArray: arrayName.optional(),
    validationLabels: pathSchema.optional(),
    validationLabelsArray: arrayName.optional(),
    /** So many rows at the end are held out for validation, as in a bundle, which keeps all in one array. */
    aside: z.int().min(1).optional(),
    windows: windowsSchema.optional(),
  }),
  places: ['path', 'labels', 'weights', 'groups', 'validation', 'validationLabels'],
} as const satisfies DataKind;
