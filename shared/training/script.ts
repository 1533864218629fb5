import { z } from 'zod';
import { architectureSchema } from '../architecture/architecture';
import type { WireError } from '../lib/appError';
import { dataSourceSchema, type EngineRecord, type EpochRecord, type Outcome } from '../runs/run';
import { engineSelectionSchema } from './engineModes';
import { recordingSchema } from './recording';
import { environmentSchema, randomnessSchema, trainingSchema } from './trainingConfig';

const model = z.enum(['a', 'b']);

const scriptModel = z.strictObject({
  runId: z.string().min(1).max(128),
  folder: z.string().min(1),
  architecture: architectureSchema,
});

/**
 * What one training process does: its models and, in order, when it seeds the global generator,
 * builds and fits. The process ends with the script.
 */
export const scriptSchema = z.strictObject({
  protocol: z.int().nullable(),
  createdAt: z.string(),
  actions: z.array(
    z.discriminatedUnion('do', [
      z.strictObject({ do: z.literal('seed') }),
      z.strictObject({ do: z.literal('build'), model }),
      z.strictObject({ do: z.literal('fit'), model }),
    ]),
  ),
  models: z.strictObject({ a: scriptModel.optional(), b: scriptModel.optional() }),
  training: trainingSchema,
  randomness: randomnessSchema,
  environment: environmentSchema,
  recording: recordingSchema.prefault({}),
  engine: engineSelectionSchema,
  data: dataSourceSchema,
  datasetsFolder: z.string(),
  /** A safetensors file of weights to start from; null draws them. */
  initialWeights: z.string().nullable().default(null),
  /** Ends the script when this model has trained so many steps. */
  until: z.strictObject({ model, step: z.int().min(1) }).optional(),
});
export type Script = z.infer<typeof scriptSchema>;
export type ScriptModel = z.infer<typeof scriptModel>;

/** To the training process. */
export const trainerRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start'), script: scriptSchema }),
  /** Measures the compiled modes on the script's first model, and trains nothing. */
  z.strictObject({ type: z.literal('choose-mode'), script: scriptSchema }),
  /** Finds the largest batch that the memory takes for the script's first model. */
  z.strictObject({ type: z.literal('find-batch'), script: scriptSchema }),
  /** Resumes an interrupted script from the snapshots of its runs. */
  z.strictObject({ type: z.literal('resume'), script: scriptSchema }),
  /** At the next step, or when `atStep` steps of the run are trained. */
  z.strictObject({ type: z.literal('stop'), atStep: z.int().min(0).optional() }),
  z.strictObject({ type: z.literal('pause'), atStep: z.int().min(0).optional() }),
  z.strictObject({ type: z.literal('continue') }),
]);
export type TrainerRequest = z.infer<typeof trainerRequestSchema>;

/**
 * From the training process. `model` says which of the script's models an event is about. The losses here are for the screen; the record is the run folder.
 */
export type TrainerEvent =
  | { readonly type: 'ready' }
  | {
      readonly type: 'run-started';
      readonly model: 'a' | 'b';
      readonly totalSteps: number;
      readonly engine: EngineRecord;
    }
  | {
      readonly type: 'losses';
      readonly model: 'a' | 'b';
      readonly firstStep: number;
      readonly losses: Float32Array;
      /** Trained by an earlier process that is resumed. */
      readonly isRecorded?: true;
    }
  | {
      readonly type: 'epochs-ended';
      readonly model: 'a' | 'b';
      readonly records: readonly EpochRecord[];
    }
  | {
      readonly type: 'paused' | 'continued';
      readonly model: 'a' | 'b';
      readonly step: number;
    }
  | { readonly type: 'run-ended'; readonly model: 'a' | 'b'; readonly outcome: Outcome }
  | { readonly type: 'mode-chosen'; readonly mode: 'graph' | 'xla' }
  /** 0 where not even one row fits. */
  | { readonly type: 'batch-found'; readonly batchSize: number }
  | { readonly type: 'script-ended' }
  | { readonly type: 'script-failed'; readonly error: WireError };
