import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, weight } from './definition';
import { recurrentOutput } from './recurrentOutput';

/**
 * Long short-term memory: [steps, features] -> [units], or [steps, units] with returnSequences. The
 * gates are i, f, c, o; the forget gate's bias starts at one. Source: Hochreiter and Schmidhuber 1997.
 */
export const lstm = defineLayer({
  label: 'LSTM',
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('lstm'),
    units: z.int().min(1).max(65_536),
    activation: activationSchema.default('tanh'),
    // TensorFlow.js by itself takes hardSigmoid here, which Keras 3 defines otherwise.
    recurrentActivation: activationSchema.default('sigmoid'),
    returnSequences: z.boolean().default(false),
    useBias: z.boolean().default(true),
    kernelInitialiser: initialiserSchema.default('glorotUniform'),
    recurrentInitialiser: initialiserSchema.default('orthogonal'),
  }),
  outputShape: (spec, [input]) => recurrentOutput('LSTM', spec, input),
  weights: (spec, [input]) => [
    weight('kernel', [input?.at(-1) ?? 0, 4 * spec.units], spec.kernelInitialiser),
    weight('recurrentKernel', [spec.units, 4 * spec.units], spec.recurrentInitialiser),
    ...(spec.useBias ? [weight('bias', [4 * spec.units], 'forgetGateOnes')] : []),
  ],
});
