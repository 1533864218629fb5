import { z } from 'zod';
import { convolutionFields } from './convolution';
import { defineLayer, layerId, weight } from './definition';

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
    ...convolutionFields(2),
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
