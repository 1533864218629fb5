import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, passesMask, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { ruledWeights } from './weightRules';

/** Fully connected on the last axis: activation(x · kernel + bias), [..., features] -> [..., units]. */
export const dense = defineLayer({
  label: 'Dense',
  group: 'Core',
  summary: 'Fully connected: activation(x · kernel + bias)',
  starter: () => ({ units: 64 }),
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('dense'),
    units: z.int().min(1).max(65_536),
    activation: activationSchema.default('linear'),
    useBias: z.boolean().default(true),
    kernelInitialiser: initialiserSchema.default('glorotUniform'),
    kernelSeed: seedSchema,
    biasInitialiser: initialiserSchema.default('zeros'),
    ...ruledWeights('kernel', 'bias'),
    ...trainableField,
  }),
  outputShape: ({ units }, [input]) =>
    input === undefined ? { problem: 'It has no input.' } : [...input.slice(0, -1), units],
  weights: (spec, [input]) => [
    weight('kernel', [input?.at(-1) ?? 0, spec.units], spec.kernelInitialiser, spec.kernelSeed),
    ...(spec.useBias ? [weight('bias', [spec.units], spec.biasInitialiser)] : []),
  ],
});
