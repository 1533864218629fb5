import { z } from 'zod';
import { architectureSchema } from '../architecture/architecture';
import { inputColumnSchema } from '../data/table/inputColumn';
import { targetScaleSchema } from '../data/targetScale';
import { heldOutSchema } from '../training/heldOut';
import { dataSourceSchema } from '../data/dataSource';
import { seedSchema } from '../architecture/layers/seed';
import { engineSelectionSchema, environmentRecordSchema } from '../engines/engineCatalog';
import { startSchema } from './start';
import { recordingSchema } from '../training/recording';
import { environmentSchema, randomnessSchema, trainingSchema } from '../training/trainingConfig';

/**
 * Version of a run folder's files. A reader refuses what it does not know.
 *
 * 2: a weight hash is made of the hashes of the single tensors, sorted by name, which
 * are recorded beside it (1: of all bytes in the order in which the layers are called); `dropout` and
 * dropout-seeds.i32 record what dropout drew.
 * 3: `ran` may be that of Keras, and `engine` one of its modes.
 * 5: the data may be a table whose columns have roles; `columns` records what became of them.
 * 6: rows may have weights and groups, those that are held out a file of their own, and numbers to predict a
 * scale; images may be augmented.
 * 7: callbacks.jsonl records what callbacks did, and the weights after the best epoch have files of their own.
 */
export const RUN_FORMAT = 7;
const knownFormats = z.union([
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
  z.literal(6),
  z.literal(RUN_FORMAT),
]);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const dropoutCallSchema = z.strictObject({
  layer: z.string().min(1).max(64),
  use: z.int().min(1).max(4_000),
  /** The layer's own seed; such a call draws from nothing else. */
  seed: seedSchema,
});
/** One use of a dropout layer in a forward pass. */
export type DropoutCall = z.infer<typeof dropoutCallSchema>;

/** run.json: everything that was decided before the first draw. */
export const runManifestSchema = z.strictObject({
  twintrain: z.literal('run'),
  format: knownFormats,
  id: z.string().min(1).max(128),
  createdAt: z.string(),
  architecture: architectureSchema,
  training: trainingSchema,
  environment: environmentSchema,
  engine: engineSelectionSchema,
  randomness: randomnessSchema,
  recording: recordingSchema.prefault({}),
  /** The whole script of the process that this run was part of, and which model of it this is. */
  script: z.strictObject({
    protocol: z.int().nullable(),
    actions: z.array(z.string()),
    model: z.enum(['a', 'b']),
  }),
  data: z.strictObject({
    source: dataSourceSchema,
    rows: z.int().min(0),
    features: z.int().min(0),
    /** Empty if a row has numbers to predict instead of a class. */
    classes: z.array(z.string()),
    /** How many numbers a row has to predict; 0 if it has a class. */
    targets: z.int().min(0).default(0),
    sha256,
    /** The last rows, where it is not the split that decides how many of them are held out. */
    heldOut: heldOutSchema.optional(),
    /** Whether each row has a weight, and a group. */
    isWeighted: z.boolean().optional(),
    isGrouped: z.boolean().optional(),
    /** How the numbers to predict were scaled. */
    targetScale: z.array(targetScaleSchema).max(100_000).optional(),
    /** Of a table: what its columns became, in the order of a row's numbers. */
    columns: z.array(inputColumnSchema).max(100_000).optional(),
  }),
  ran: environmentRecordSchema,
  /** The file of weights that it started from; null if they were drawn. */
  initialWeights: z
    .strictObject({ file: z.string(), sha256, start: startSchema.optional() })
    .nullable()
    .default(null),
  /** Dropout's calls in one step, in the order of their seeds; `use` counts a layer's calls from 1. */
  dropout: z.array(dropoutCallSchema).max(4_000).default([]),
});
export type RunManifest = z.infer<typeof runManifestSchema>;

/** One line of batch-orders.jsonl. `streamState` is the hash of the global generator before the draw. */
export const epochOrderSchema = z.strictObject({
  epoch: z.int().min(1),
  firstStep: z.int().min(1),
  rows: z.int().min(0),
  sha256,
  stream: z.string(),
  streamState: sha256.nullable(),
});
export type EpochOrder = z.infer<typeof epochOrderSchema>;

/** Loss and metrics over the rows of one epoch, by name; infinities and NaN as text. */
const epochValues = z.record(z.string(), z.union([z.number(), z.string()]));

/** One line of epochs.jsonl: means over the steps of the epoch, and over the validation rows. */
export const epochRecordSchema = z.strictObject({
  epoch: z.int().min(1),
  lastStep: z.int().min(1),
  training: epochValues,
  /** After the epoch's last step; null without a validation split. */
  validation: epochValues.nullable(),
});
export type EpochRecord = z.infer<typeof epochRecordSchema>;

/**
 * One line of weight-hashes.jsonl: the weights after a step. `sha256` is over the lines
 * `layer/role sha256` of all tensors, sorted by name; `tensors` has the first 16 digits of each
 * tensor's own hash, in the same order. Format 1 has only `sha256`, over all bytes in call order.
 */
export const weightHashSchema = z.strictObject({
  step: z.int().min(1),
  sha256,
  tensors: z.array(z.string().regex(/^[0-9a-f]{16}$/)).optional(),
});
export type WeightHash = z.infer<typeof weightHashSchema>;

/** outcome.json: written last; a folder without it belongs to a run that died or is still running. */
export const outcomeSchema = z.strictObject({
  status: z.enum(['finished', 'stopped', 'failed']),
  steps: z.int().min(0),
  elapsedMs: z.number(),
  /** Steps after which the run was resumed from a snapshot. */
  resumedAfter: z.array(z.int().min(0)).default([]),
  error: z.strictObject({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** One tensor of the initial or final weights. */
export const tensorRecordSchema = z.strictObject({
  layer: z.string(),
  role: z.string(),
  shape: z.array(z.int().min(0)),
  sha256,
});
export interface TensorRecord {
  readonly layer: string;
  readonly role: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

/** What a run folder holds, read back. Losses are float32, compared by their bits. */
export interface RunEvidence {
  readonly manifest: RunManifest;
  readonly initialWeights: readonly TensorRecord[] | null;
  readonly losses: Float32Array;
  readonly orders: readonly EpochOrder[];
  /** On the recording's schedule. */
  readonly weightHashes: readonly WeightHash[];
  readonly finalWeights: readonly TensorRecord[] | null;
  readonly outcome: Outcome | null;
  /**
   * Under the global regime, the seeds that dropout's calls drew: int32 [steps, calls, 2]. Null where
   * none were recorded; controlled randomness derives them from seed, layer and step.
   */
  readonly dropoutSeeds: Int32Array | null;
  /** The row order of one epoch, read when it is needed; null where it was not recorded. */
  readonly orderOf: (epoch: number) => Uint32Array | null;
}
