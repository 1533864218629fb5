import { z } from 'zod';
import { activationSchema } from '../activations';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { paddingSchema, windowSchema } from './window';

/**
 * The transpose of a convolution, which makes an image larger by its strides:
 * [height, width, channels] -> [rows, columns, filters]. Source: Zeiler et al. 2010; sizes as in Keras without
 * `output_padding`.
 */
export const conv2dTranspose = defineLayer({
  label: 'Conv2DTranspose',
  group: 'Convolution',
  summary: 'The reverse of a convolution: a larger image',
  starter: () => ({ filters: 16, kernelSize: [3, 3], strides: [2, 2], padding: 'same' }),
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('conv2dTranspose'),
    filters: z.int().min(1).max(65_536),
    kernelSize: windowSchema(2),
    strides: windowSchema(2).default([1, 1]),
    padding: paddingSchema.default('valid'),
    activation: activationSchema.default('linear'),
    useBias: z.boolean().default(true),
    kernelInitialiser: initialiserSchema.default('glorotUniform'),
    kernelSeed: seedSchema,
    biasInitialiser: initialiserSchema.default('zeros'),
    ...trainableField,
  }),
  outputShape: ({ kernelSize, strides, padding, filters }, [input]) => {
    if (input?.length !== 3) {
      return {
        problem: `Conv2DTranspose takes shape [height, width, channels], not [${input?.join(', ') ?? ''}].`,
      };
    }
    const made = kernelSize.map((window, axis) => {
      const stride = strides[axis] ?? 1;
      const beyond = padding === 'same' ? 0 : Math.max(window - stride, 0);
      return (input[axis] ?? 0) * stride + beyond;
    });
    return [...made, filters];
  },
  weights: (spec, [input]) => [
    weight(
      'kernel',
      [...spec.kernelSize, spec.filters, input?.at(-1) ?? 0],
      spec.kernelInitialiser,
      spec.kernelSeed,
    ),
    ...(spec.useBias ? [weight('bias', [spec.filters], spec.biasInitialiser)] : []),
  ],
});
