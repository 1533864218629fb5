import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { paddingSchema, slid, windowProblem, windowSchema } from './window';
import { ruledWeights } from './weightRules';

/**
 * Convolves every channel by itself, with `depthMultiplier` kernels each:
 * [height, width, channels] -> [rows, columns, channels * depthMultiplier].
 */
export const depthwiseConv2d = defineLayer({
  label: 'DepthwiseConv2D',
  group: 'Convolution',
  summary: 'A small window over an image, each channel by itself',
  starter: () => ({ kernelSize: [3, 3] }),
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('depthwiseConv2d'),
    kernelSize: windowSchema(2),
    strides: windowSchema(2).default([1, 1]),
    padding: paddingSchema.default('valid'),
    depthMultiplier: z.int().min(1).max(1_024).default(1),
    activation: activationSchema.default('linear'),
    useBias: z.boolean().default(true),
    depthwiseInitialiser: initialiserSchema.default('glorotUniform'),
    depthwiseSeed: seedSchema,
    biasInitialiser: initialiserSchema.default('zeros'),
    ...ruledWeights('depthwise', 'bias'),
    ...trainableField,
  }),
  outputShape: (spec, [input]) => {
    const { kernelSize, strides, padding, depthMultiplier } = spec;
    // TensorFlow's own rule for the depthwise kernel.
    if (strides[0] !== strides[1]) {
      return { problem: 'DepthwiseConv2D takes one stride for both axes.' };
    }
    const positions = (shape: readonly number[]) => slid(shape, kernelSize, strides, padding);
    const problem = windowProblem('DepthwiseConv2D', input, kernelSize, positions);
    if (problem !== null) return { problem };
    return [...positions(input ?? []), (input?.at(-1) ?? 0) * depthMultiplier];
  },
  weights: (spec, [input]) => {
    const channels = input?.at(-1) ?? 0;
    const kernel = [...spec.kernelSize, channels, spec.depthMultiplier];
    return [
      weight('depthwiseKernel', kernel, spec.depthwiseInitialiser, spec.depthwiseSeed),
      ...(spec.useBias
        ? [weight('bias', [channels * spec.depthMultiplier], spec.biasInitialiser)]
        : []),
    ];
  },
});
