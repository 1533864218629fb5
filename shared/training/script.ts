import { z } from 'zod';
import { architectureSchema } from '../architecture/architecture';
import { dataSourceSchema } from '../data/dataSource';
import { engineSelectionSchema } from '../engines/engineCatalog';
import { recordingSchema } from './recording';
import { environmentSchema, randomnessSchema, trainingSchema } from './trainingConfig';

const model = z.enum(['a', 'b']);

const scriptModel = z.strictObject({
  runId: z.string().min(1).max(128),
  folder: z.string().min(1),
  architecture: architectureSchema,
});

/**
 * What one training process does: its models and the order in which it seeds the global generator,
 * builds and fits. The process ends with the script.
 */
export const scriptSchema = z.strictObject({
  protocol: z.int().nullable(),
  createdAt: z.string(),
  actions: z.array(
    z.discriminatedUnion('do', [
      /** Seeds every generator. */
      z.strictObject({ do: z.literal('seed') }),
      /** Reseeds the generator that shuffles, as the article does: on Keras only NumPy's. */
      z.strictObject({ do: z.literal('reset') }),
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
  /** Ends the script when this model has trained `step` steps; every operation of the last may be noted. */
  until: z
    .strictObject({
      model,
      step: z.int().min(1),
      isTraced: z.boolean().optional(),
      /** Steps after which the weights are kept in files of their own. */
      keepsWeightsAt: z.array(z.int().min(1)).max(64).optional(),
      /** Steps after which the whole state is kept, to continue from; the weights are hashed there, too. */
      keepsStateAt: z.array(z.int().min(1)).max(64).optional(),
    })
    .optional(),
});
export type Script = z.infer<typeof scriptSchema>;

/** In the folder of a model that only predicts: float32 [held-out rows, outputs]. */
export const PREDICTIONS_FILE = 'predictions.f32';

/** An action as written in records: `seed`, `build a`. */
export function actionText(action: Script['actions'][number]): string {
  return 'model' in action ? `${action.do} ${action.model}` : action.do;
}

export type ScriptModel = z.infer<typeof scriptModel>;
