import { z } from 'zod';
import { initialiserKinds } from '../initialisers';
import { defineLayer, layerIdPattern } from './definition';

export const activations = [
  'linear',
  'relu',
  'elu',
  'selu',
  'tanh',
  'sigmoid',
  'softplus',
  'softmax',
] as const;

const schema = z.strictObject({
  id: z.string().regex(layerIdPattern),
  kind: z.literal('dense'),
  units: z.int().min(1).max(65_536),
  activation: z.enum(activations).default('linear'),
  useBias: z.boolean().default(true),
  kernelInitialiser: z.enum(initialiserKinds).default('glorotUniform'),
  biasInitialiser: z.enum(initialiserKinds).default('zeros'),
});
export type DenseSpec = z.infer<typeof schema>;

/** Fully connected: activation(x · kernel + bias), [features] -> [units]. */
export const dense = defineLayer({
  label: 'Dense',
  schema,
  outputShape: (spec, [input]) =>
    input?.length === 1
      ? [spec.units]
      : { problem: `Dense takes one axis of features, not shape [${input?.join(', ') ?? ''}].` },
  weights: (spec, [input]) => [
    {
      role: 'kernel',
      shape: [input?.[0] ?? 0, spec.units],
      initialiser: spec.kernelInitialiser,
      isTrainable: true,
    },
    ...(spec.useBias
      ? [
          {
            role: 'bias',
            shape: [spec.units],
            initialiser: spec.biasInitialiser,
            isTrainable: true,
          },
        ]
      : []),
  ],
});
