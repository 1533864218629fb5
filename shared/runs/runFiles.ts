import { z } from 'zod';
import { lockFileSchema } from '../lib/lockFile';
import { annotationSchema } from './annotation';
import { callbackRecordSchema } from '../training/callbacks/callbackRecord';
import { evaluationsSchema } from '../evaluation/evaluationsFile';
import { scriptSchema } from '../training/script';
import {
  epochOrderSchema,
  epochRecordSchema,
  outcomeSchema,
  runManifestSchema,
  tensorRecordSchema,
  weightHashSchema,
} from './run';

/** What a file of a run folder holds. Numbers are little-endian, one after the other. */
type Content =
  | { readonly form: 'json' | 'lines'; readonly schema: z.ZodType }
  | { readonly form: 'float32' | 'int32' | 'uint32' | 'safetensors' };

interface RunFile {
  readonly name: string;
  readonly content: Content;
  /** For people who open a bundle. */
  readonly description: string;
  /** Grows during the run. */
  readonly isSeries?: true;
  /** Not bundled: it is useful only on this machine, or names its folders. */
  readonly isLocal?: true;
}

/**
 * The only list of a run folder's files: recorder, reader, snapshots, bundles and both verifiers use
 * it. The training process writes them.
 */
export const runFileTable = {
  manifest: {
    name: 'run.json',
    content: { form: 'json', schema: runManifestSchema },
    description: 'Everything that was decided before the first draw, and what ran',
  },
  initialWeights: {
    name: 'initial-weights.safetensors',
    content: { form: 'safetensors' },
    description: 'Weights before the first step (safetensors)',
  },
  initialHashes: {
    name: 'initial-weights.json',
    content: { form: 'json', schema: z.array(tensorRecordSchema) },
    description: 'Shape and sha256 of each initial weight',
  },
  losses: {
    name: 'losses.f32',
    content: { form: 'float32' },
    description: 'Loss of each step, float32 little-endian',
    isSeries: true,
  },
  orderRows: {
    name: 'batch-orders.u32',
    content: { form: 'uint32' },
    description: 'Rows in the order of each epoch, uint32 little-endian',
    isSeries: true,
  },
  orders: {
    name: 'batch-orders.jsonl',
    content: { form: 'lines', schema: epochOrderSchema },
    description: 'Sha256 and random stream of each epoch’s order',
    isSeries: true,
  },
  dropoutSeeds: {
    name: 'dropout-seeds.i32',
    content: { form: 'int32' },
    description: 'Seeds that dropout drew under the global regime, int32 [steps, calls, 2]',
    isSeries: true,
  },
  epochs: {
    name: 'epochs.jsonl',
    content: { form: 'lines', schema: epochRecordSchema },
    description: 'Loss and metrics by epoch',
    isSeries: true,
  },
  callbacks: {
    name: 'callbacks.jsonl',
    content: { form: 'lines', schema: callbackRecordSchema },
    description: 'What callbacks did: early stops, lower rates, best epochs, stops on NaN',
    isSeries: true,
  },
  weightHashes: {
    name: 'weight-hashes.jsonl',
    content: { form: 'lines', schema: weightHashSchema },
    description: 'Sha256 of all weights on a schedule',
    isSeries: true,
  },
  /** The only file that the training process does not write. */
  annotation: {
    name: 'annotation.json',
    content: { form: 'json', schema: annotationSchema },
    description: 'Name, note and tags that a person gave the run',
    isLocal: true,
  },
  /** The process that writes to the folder. */
  lock: {
    name: 'lock.json',
    content: { form: 'json', schema: lockFileSchema },
    description: 'The process that writes there',
    isLocal: true,
  },
  /** The latest whole state, to resume from; without tensors once the run is finished. */
  snapshot: {
    name: 'snapshot.safetensors',
    content: { form: 'safetensors' },
    description: 'The latest whole state',
    isLocal: true,
  },
  /** The process' script, kept to resume the run. */
  script: {
    name: 'script.json',
    content: { form: 'json', schema: scriptSchema },
    description: 'The script of the training process',
    isLocal: true,
  },
  finalWeights: {
    name: 'final-weights.safetensors',
    content: { form: 'safetensors' },
    description: 'Weights after the last step (safetensors)',
  },
  finalHashes: {
    name: 'final-weights.json',
    content: { form: 'json', schema: z.array(tensorRecordSchema) },
    description: 'Shape and sha256 of each final weight',
  },
  /** With the callback that keeps them. */
  bestWeights: {
    name: 'best-weights.safetensors',
    content: { form: 'safetensors' },
    description: 'Weights after the best epoch (safetensors)',
  },
  bestHashes: {
    name: 'best-weights.json',
    content: { form: 'json', schema: z.array(tensorRecordSchema) },
    description: 'Shape and sha256 of each weight after the best epoch',
  },
  /** Written when a finished run is evaluated. */
  evaluations: {
    name: 'evaluations.json',
    content: { form: 'json', schema: evaluationsSchema },
    description: 'What the network was found to be worth on rows of its data',
  },
  /** Written last. */
  outcome: {
    name: 'outcome.json',
    content: { form: 'json', schema: outcomeSchema },
    description: 'How the run ended',
  },
} as const satisfies Record<string, RunFile>;

export type RunFileKey = keyof typeof runFileTable;
const keys = Object.keys(runFileTable) as readonly RunFileKey[];

/** Names by key. */
export const runFiles = Object.fromEntries(keys.map((key) => [key, runFileTable[key].name])) as {
  readonly [K in RunFileKey]: (typeof runFileTable)[K]['name'];
};

export type SeriesKey = {
  [K in RunFileKey]: (typeof runFileTable)[K] extends { isSeries: true } ? K : never;
}[RunFileKey];
export const seriesKeys = keys.filter((key): key is SeriesKey => 'isSeries' in runFileTable[key]);

/** The files of a run that go into a bundle. */
export const bundledRunFiles: readonly RunFile[] = keys
  .map((key): RunFile => runFileTable[key])
  .filter(({ isLocal }) => isLocal !== true);
