import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema, type InitialiserKind } from '../initialisers';
import { defineLayer, type LayerDefinition, layerId, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { onlyPart } from './parts';
import { ruledWeights } from './weightRules';

/** A layer that carries a state along the steps; each step computes all `gates` at once. */
export function recurrent<Kind extends string>(
  kind: Kind,
  label: string,
  gates: number,
  biasInitialiser: InitialiserKind,
  own: Pick<LayerDefinition<z.ZodObject>, 'summary' | 'tfjsOptions'>,
) {
  return defineLayer({
    label,
    group: 'Recurrent',
    starter: () => ({ units: 32 }),
    parts: onlyPart('cell'),
    ...own,
    mask: ({ returnSequences }) => (returnSequences === true ? 'passed' : 'none'),
    usesMasks: true,
    schema: z.strictObject({
      id: layerId,
      kind: z.literal(kind),
      units: z.int().min(1).max(65_536),
      activation: activationSchema.default('tanh'),
      // TensorFlow.js defaults to hardSigmoid here, which Keras 3 defines differently.
      recurrentActivation: activationSchema.default('sigmoid'),
      returnSequences: z.boolean().default(false),
      useBias: z.boolean().default(true),
      kernelInitialiser: initialiserSchema.default('glorotUniform'),
      kernelSeed: seedSchema,
      recurrentInitialiser: initialiserSchema.default('orthogonal'),
      recurrentSeed: seedSchema,
      ...ruledWeights('kernel', 'recurrent', 'bias'),
      ...trainableField,
    }),
    outputShape: ({ units, returnSequences }, [input]) => {
      if (input?.length !== 2) {
        return {
          problem: `${label} takes shape [steps, features], not [${input?.join(', ') ?? ''}].`,
        };
      }
      return returnSequences ? [...input.slice(0, 1), units] : [units];
    },
    weights: (spec, [input]) => [
      weight(
        'kernel',
        [input?.at(-1) ?? 0, gates * spec.units],
        spec.kernelInitialiser,
        spec.kernelSeed,
      ),
      weight(
        'recurrentKernel',
        [spec.units, gates * spec.units],
        spec.recurrentInitialiser,
        spec.recurrentSeed,
      ),
      ...(spec.useBias ? [weight('bias', [gates * spec.units], biasInitialiser)] : []),
    ],
  });
}
