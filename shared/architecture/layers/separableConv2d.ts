import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { paddingSchema, slid, windowProblem, windowSchema } from './window';
import { ruledWeights } from './weightRules';

/**
 * Convolves every channel by itself and then mixes the channels at each position:
 * [height, width, channels] -> [rows, columns, filters]. Source: Chollet 2017.
 */
export const separableConv2d = defineLayer({
  label: 'SeparableConv2D',
  group: 'Convolution',
  summary: 'A window for each channel, then a mix of channels',
  starter: () => ({ filters: 16, kernelSize: [3, 3] }),
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('separableConv2d'),
    filters: z.int().min(1).max(65_536),
    kernelSize: windowSchema(2),
    strides: windowSchema(2).default([1, 1]),
    padding: paddingSchema.default('valid'),
    depthMultiplier: z.int().min(1).max(1_024).default(1),
    activation: activationSchema.default('linear'),
    useBias: z.boolean().default(true),
    depthwiseInitialiser: initialiserSchema.default('glorotUniform'),
    depthwiseSeed: seedSchema,
    pointwiseInitialiser: initialiserSchema.default('glorotUniform'),
    pointwiseSeed: seedSchema,
    biasInitialiser: initialiserSchema.default('zeros'),
    ...ruledWeights('depthwise', 'pointwise', 'bias'),
    ...trainableField,
  }),
  outputShape: (spec, [input]) => {
    const { kernelSize, strides, padding, filters } = spec;
    // TensorFlow's own rule for the depthwise kernel.
    if (strides[0] !== strides[1]) {
      return { problem: 'SeparableConv2D takes one stride for both axes.' };
    }
    const positions = (shape: readonly number[]) => slid(shape, kernelSize, strides, padding);
    const problem = windowProblem('SeparableConv2D', input, kernelSize, positions);
    return problem === null ? [...positions(input ?? []), filters] : { problem };
  },
  weights: (spec, [input]) => {
    const channels = input?.at(-1) ?? 0;
    const between = channels * spec.depthMultiplier;
    return [
      weight(
        'depthwiseKernel',
        [...spec.kernelSize, channels, spec.depthMultiplier],
        spec.depthwiseInitialiser,
        spec.depthwiseSeed,
      ),
      weight(
        'pointwiseKernel',
        [1, 1, between, spec.filters],
        spec.pointwiseInitialiser,
        spec.pointwiseSeed,
      ),
      ...(spec.useBias ? [weight('bias', [spec.filters], spec.biasInitialiser)] : []),
    ];
  },
});
