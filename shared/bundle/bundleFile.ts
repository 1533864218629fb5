import { z } from 'zod';
import { BUNDLE_PATH } from './paths';
import { architectureSchema } from '../architecture/architecture';
import { differenceKinds } from '../runs/divergence/firstDifference';
import { dataSourceSchema } from '../data/dataSource';
import { scriptSchema } from '../training/script';

/** Version of the bundle format. A reader reports a version that it does not know and stops. */
export const BUNDLE_FORMAT = 7;
/** Formats that are read. 1 compares without differences in settings, and by other precedence rules. */
export const knownBundleFormats = [1, 2, 3, 4, 5, 6, BUNDLE_FORMAT] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const path = z.string().regex(BUNDLE_PATH);

/** Also reads one that has only the fields of format 1. */
const firstDifference = z.strictObject({
  step: z.int().min(0),
  kind: z.enum(differenceKinds),
  layer: z.string().nullable(),
  tensor: z.string().nullable(),
  stream: z.string().nullable(),
  setting: z.string().nullable().default(null),
  values: z
    .tuple([z.string().nullable(), z.string().nullable()])
    .readonly()
    .nullable()
    .default(null),
  seenIn: z.enum(['losses', 'weights']).nullable().default(null),
});

export const comparisonSchema = z.strictObject({
  verdict: z.enum(['exact', 'different', 'not_verified']),
  reason: z.string().nullable(),
  initialWeightsEqual: z.boolean(),
  batchOrderEqual: z.boolean(),
  firstDifference: firstDifference.nullable(),
  decided: z.array(firstDifference).readonly().default([]),
  recorded: firstDifference.nullable().default(null),
  steps: z.int().min(0),
  shufflesCoincide: z.boolean(),
  notes: z.array(z.string()),
});
/** A comparison as a bundle states it: differences of environment are among its notes. */
export type StatedComparison = z.infer<typeof comparisonSchema>;

const processModel = z.strictObject({
  architecture: architectureSchema,
  runId: z.string().min(1).max(128),
  /** Name of its run; null if its records are not in the bundle. */
  run: path.nullable(),
});

/** bundle.json */
export const bundleIndexSchema = z.strictObject({
  twintrain: z.literal('bundle'),
  format: z.union(knownBundleFormats.map((own) => z.literal(own))),
  writtenBy: z.strictObject({ name: z.string(), version: z.string() }),
  /** Id of the key that signed it; null if it was exported without a signature. */
  signedBy: sha256.nullable(),
  /** How far a replay's losses and weights may be off and still count as the same. */
  tolerance: z.strictObject({ relative: z.number().min(0), absolute: z.number().min(0) }),
  runs: z
    .array(z.strictObject({ name: path, data: sha256 }))
    .min(1)
    .refine(
      (runs) => new Set(runs.map(({ name }) => name.toLowerCase())).size === runs.length,
      'to have different names',
    ),
  /** What to do, process by process, to train the runs again. */
  processes: z.array(
    z.strictObject({
      actions: scriptSchema.shape.actions,
      models: z.strictObject({ a: processModel.optional(), b: processModel.optional() }),
    }),
  ),
  comparisons: z.array(
    z.strictObject({ runs: z.tuple([path, path]), comparison: comparisonSchema }),
  ),
  data: z.array(
    z.strictObject({
      sha256,
      rows: z.int().min(0),
      features: z.int().min(0),
      classes: z.array(z.string()),
      targets: z.int().min(0).default(0),
      /** Rows at the end that came from a file of their own for validation. */
      aside: z.int().min(0).default(0),
      isWeighted: z.boolean().default(false),
      isGrouped: z.boolean().default(false),
      /** Where the rows came from; file names without their folders. */
      source: dataSourceSchema,
      /** NumPy arrays as the network saw them: float32 [rows, features], and int32 [rows] of classes or float32
       * [rows, targets]; null if only the hash is known. */
      embedded: z
        .strictObject({
          inputs: path,
          labels: path,
          /** float32 [rows], where rows have weights. */
          weights: z.exactOptional(path),
          /** int32 [rows], where rows have groups. */
          groups: z.exactOptional(path),
        })
        .nullable(),
    }),
  ),
});
export type BundleIndex = z.infer<typeof bundleIndexSchema>;

/** A file to be packed. */
export interface BundleFile {
  readonly path: string;
  /** MIME type. */
  readonly encodingFormat: string;
  /** What a reader finds in it. */
  readonly description: string;
  readonly content:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'file'; readonly path: string };
}
