import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, weight } from './definition';
import { recurrentOutput } from './recurrentOutput';

/**
 * Gated recurrent unit: [steps, features] -> [units], or [steps, units] with returnSequences. The
 * gates are z, r, h, the reset before the product (Keras' reset_after=False). Source: Cho et al. 2014.
 */
export const gru = defineLayer({
  label: 'GRU',
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('gru'),
    units: z.int().min(1).max(65_536),
    activation: activationSchema.default('tanh'),
    // TensorFlow.js by itself takes hardSigmoid here, which Keras 3 defines otherwise.
    recurrentActivation: activationSchema.default('sigmoid'),
    returnSequences: z.boolean().default(false),
    useBias: z.boolean().default(true),
    kernelInitialiser: initialiserSchema.default('glorotUniform'),
    recurrentInitialiser: initialiserSchema.default('orthogonal'),
  }),
  outputShape: (spec, [input]) => recurrentOutput('GRU', spec, input),
  weights: (spec, [input]) => [
    weight('kernel', [input?.at(-1) ?? 0, 3 * spec.units], spec.kernelInitialiser),
    weight('recurrentKernel', [spec.units, 3 * spec.units], spec.recurrentInitialiser),
    ...(spec.useBias ? [weight('bias', [3 * spec.units], 'zeros')] : []),
  ],
});
