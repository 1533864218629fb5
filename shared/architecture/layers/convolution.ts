import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { paddingSchema, slid, windowProblem, windowSchema } from './window';
import { ruledWeights } from './weightRules';

/** The fields of convolutions and of their transposes. */
export function convolutionFields(rank: 1 | 2) {
  return {
    filters: z.int().min(1).max(65_536),
    kernelSize: windowSchema(rank),
    strides: windowSchema(rank).default(Array.from({ length: rank }, () => 1)),
    padding: paddingSchema.default('valid'),
    activation: activationSchema.default('linear'),
    useBias: z.boolean().default(true),
    kernelInitialiser: initialiserSchema.default('glorotUniform'),
    kernelSeed: seedSchema,
    biasInitialiser: initialiserSchema.default('zeros'),
    ...ruledWeights('kernel', 'bias'),
    ...trainableField,
  };
}

/** Convolution (cross-correlation, as in all of deep learning) with a bias per filter. */
export function convolution<Kind extends string>(
  kind: Kind,
  label: string,
  rank: 1 | 2,
  over: string,
) {
  return defineLayer({
    label,
    group: 'Convolution',
    summary: `A window of weights over ${over}`,
    starter: () => ({ filters: 16, kernelSize: Array.from({ length: rank }, () => 3) }),
    schema: z.strictObject({
      id: layerId,
      kind: z.literal(kind),
      ...convolutionFields(rank),
    }),
    outputShape: (spec, [input]) => {
      const positions = (shape: readonly number[]) =>
        slid(shape, spec.kernelSize, spec.strides, spec.padding);
      const problem = windowProblem(label, input, spec.kernelSize, positions);
      return problem === null ? [...positions(input ?? []), spec.filters] : { problem };
    },
    weights: (
      { kernelSize, filters, useBias, kernelInitialiser, kernelSeed, biasInitialiser },
      [input],
    ) => [
      weight('kernel', [...kernelSize, input?.at(-1) ?? 0, filters], kernelInitialiser, kernelSeed),
      ...(useBias ? [weight('bias', [filters], biasInitialiser)] : []),
    ],
  });
}
