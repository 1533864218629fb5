import * as tf from '@tensorflow/tfjs-node-gpu';
import { nativeBackend } from '../trace/nativeBackend';
import { nativeOperation } from '../trace/nativeOperation';

/** Gives relu and the addition of a bias TensorFlow's own gradient operations, in every mode. */
export function useNativeGradients(): void {
  for (const gradient of [reluGradient, addGradient]) {
    tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
}

/**
 * dy where x > 0, otherwise 0. The library composes it from seven operations over the whole activation,
 * which cost as much as a convolution. The numbers are the same, except that a zero may have the other
 * sign; NaN stays NaN.
 */
const reluGradient: tf.GradConfig = {
  kernelName: 'Relu',
  outputsToSave: [true],
  // The output shows where x > 0 as well as x does, and lets TensorFlow fuse relu with what precedes it.
  gradFunc: (dy, [y]) => ({
    x: () => nativeOperation('ReluGrad', { T: 'float32' }, [dy as tf.Tensor, y as tf.Tensor]),
  }),
};

/** The library's own, read at load time: every new model registers ours again. */
const libraryAdd = tf.getGradient('Add') as tf.GradConfig & {
  gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => Record<'a' | 'b', () => tf.Tensor>;
};

/**
 * The sum of dy over all axes but the last, for a bias. The library's `Sum` is slow where the last
 * axis is short, as channels are, and nothing is fused with it: with oneDNN, a convolution's gradient
 * yields its bias's as well. The additions are in another order.
 */
const addGradient: tf.GradConfig = {
  ...libraryAdd,
  gradFunc: (dy, saved) => {
    const [grad, [a, b]] = [dy as tf.Tensor, saved as [tf.Tensor, tf.Tensor]];
    const gradients = libraryAdd.gradFunc(grad, saved);
    if (grad.dtype !== 'float32' || !isBiasOf(b.shape, a.shape)) return gradients;
    return { ...gradients, b: () => tf.reshape(biasGradient(grad), b.shape) };
  },
};

/** [C] or [1, …, 1, C] added to [N, …, C]. */
function isBiasOf(bias: readonly number[], values: readonly number[]): boolean {
  return (
    values.length > 1 &&
    bias.length > 0 &&
    bias.length <= values.length &&
    bias.at(-1) === values.at(-1) &&
    bias.slice(0, -1).every((length) => length === 1)
  );
}

function biasGradient(dy: tf.Tensor): tf.Tensor {
  const { TF_ATTR_STRING } = nativeBackend().binding;
  const format = { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' };
  return nativeOperation('BiasAddGrad', { T: 'float32' }, [dy], [format]);
}
