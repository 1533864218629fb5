import { z } from 'zod';
import { errorCodes } from '../lib/appError';
import { environmentRecordSchema } from '../engines/engineCatalog';
import { callbackRecordSchema } from './callbacks/callbackRecord';
import { epochRecordSchema, outcomeSchema } from '../runs/run';
import { scriptSchema, type Script } from './script';

/**
 * What a host and its training process send each other: one JSON object per line, in whatever language
 * the process is written. Only the run folder is the record: a line on losses names just the steps, and
 * their values are read from losses.f32, where they are recorded before the line is written.
 *
 * The first line of a process is `ready` with the version it speaks; a host refuses any other.
 */
export const WIRE_VERSION = 1;

const run = z.string().min(1).max(128);
const step = z.int().min(0);

/** To the training process. */
export type TrainerRequest =
  | { readonly type: ScriptRequest; readonly script: Script }
  | { readonly type: 'stop'; readonly atStep?: number | undefined }
  | { readonly type: 'pause'; readonly atStep?: number | undefined }
  | { readonly type: 'continue' };
type ScriptRequest = 'start' | 'choose-mode' | 'find-batch' | 'predict' | 'predict-all' | 'resume';

// Its inferred type, with every layer kind six times, is longer than the compiler writes.
export const trainerRequestSchema: z.ZodType<TrainerRequest> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start'), script: scriptSchema }),
  /** Measures the compiled modes on the script's first model, and trains nothing. */
  z.strictObject({ type: z.literal('choose-mode'), script: scriptSchema }),
  /** Finds the largest batch that fits into memory for the script's first model. */
  z.strictObject({ type: z.literal('find-batch'), script: scriptSchema }),
  /** Predicts the held-out rows with the script's initial weights, into a file of its folder. */
  z.strictObject({ type: z.literal('predict'), script: scriptSchema }),
  /** The same for all rows. */
  z.strictObject({ type: z.literal('predict-all'), script: scriptSchema }),
  /** Resumes an interrupted script from the snapshots of its runs. */
  z.strictObject({ type: z.literal('resume'), script: scriptSchema }),
  /** Takes effect at the next step, or once `atStep` steps of the run are trained. */
  z.strictObject({ type: z.literal('stop'), atStep: step.optional() }),
  z.strictObject({ type: z.literal('pause'), atStep: step.optional() }),
  z.strictObject({ type: z.literal('continue') }),
]);

/** From the training process; `run` is the id of the run that an event is about. */
export const wireEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), wire: z.literal(WIRE_VERSION) }),
  z.strictObject({
    type: z.literal('run-started'),
    run,
    totalSteps: step,
    ran: environmentRecordSchema,
  }),
  /** Steps whose losses are recorded now; the first step is 1. */
  z.strictObject({
    type: z.literal('losses'),
    run,
    firstStep: z.int().min(1),
    count: z.int().min(1),
  }),
  z.strictObject({ type: z.literal('epochs-ended'), run, records: z.array(epochRecordSchema) }),
  z.strictObject({
    type: z.literal('callbacks-acted'),
    run,
    records: z.array(callbackRecordSchema),
  }),
  z.strictObject({ type: z.literal('paused'), run, step }),
  z.strictObject({ type: z.literal('continued'), run, step }),
  z.strictObject({ type: z.literal('run-ended'), run, outcome: outcomeSchema }),
  z.strictObject({ type: z.literal('mode-chosen'), mode: z.enum(['graph', 'xla']) }),
  /** 0 if not even one row fits. */
  z.strictObject({ type: z.literal('batch-found'), batchSize: z.int().min(0) }),
  z.strictObject({ type: z.literal('script-ended') }),
  z.strictObject({
    type: z.literal('script-failed'),
    error: z.strictObject({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }),
  }),
]);
export type WireEvent = z.infer<typeof wireEventSchema>;

type WireLosses = Extract<WireEvent, { readonly type: 'losses' }>;

/** Losses with their values, as used everywhere except on the wire. */
export interface Losses extends Omit<WireLosses, 'count'> {
  readonly losses: Float32Array;
  /** Trained by an earlier process whose run is resumed. */
  readonly isRecorded?: true;
}

/** What a host reports about its training process. */
export type TrainerEvent = Exclude<WireEvent, WireLosses> | Losses;

/** What it reports about one run. */
export type RunEvent = Extract<TrainerEvent, { readonly run: string }>;
