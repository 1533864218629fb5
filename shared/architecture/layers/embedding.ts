import { z } from 'zod';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { ruledWeights } from './weightRules';

/** A row of a table for each whole number: [steps] of 0 … inputDim - 1 -> [steps, outputDim]. */
export const embedding = defineLayer({
  label: 'Embedding',
  group: 'Core',
  summary: 'A learnt row for each whole number',
  starter: () => ({ inputDim: 1_000, outputDim: 16 }),
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('embedding'),
    inputDim: z.int().min(1).max(16_777_216),
    outputDim: z.int().min(1).max(65_536),
    embeddingsInitialiser: initialiserSchema.default('randomUniform'),
    embeddingsSeed: seedSchema,
    /** Whether 0 is no word but padding, which layers behind it pass over. */
    maskZero: z.boolean().default(false),
    ...ruledWeights('embeddings'),
    ...trainableField,
  }),
  mask: ({ maskZero }) => (maskZero ? 'made' : 'none'),
  outputShape: ({ outputDim }, [input]) =>
    input?.length === 1
      ? [...input, outputDim]
      : { problem: `Embedding takes shape [steps], not [${input?.join(', ') ?? ''}].` },
  weights: ({ inputDim, outputDim, embeddingsInitialiser, embeddingsSeed }) => [
    weight('embeddings', [inputDim, outputDim], embeddingsInitialiser, embeddingsSeed),
  ],
});
