import * as tf from '@tensorflow/tfjs-node-gpu';

/** The part of the native backend that runs an operation by name. */
interface OperationRunner {
  readonly binding: { readonly TF_ATTR_TYPE: number };
  executeSingleOutput(
    operation: string,
    attributes: readonly { name: string; type: number; value: number }[],
    inputs: readonly tf.Tensor[],
  ): tf.Tensor;
}

/** TensorFlow's number of float32. */
const FLOAT = 1;

/**
 * Gives relu TensorFlow's own gradient operation, dy where x > 0 and else 0. The library composes it
 * of seven operations over the whole activation, which cost a convolution's worth of time. The
 * numbers are the same; only a zero may have the other sign, and what is not a number stays one.
 */
export function useNativeGradients(): void {
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => reluGradient(dy as tf.Tensor, y as tf.Tensor) }),
  });
}

/** The output says where x > 0 as well as x does, and lets TensorFlow fuse relu with what it follows. */
function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const backend = tf.backend() as unknown as OperationRunner;
  const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: FLOAT };
  return backend.executeSingleOutput('ReluGrad', [type], [dy, y]);
}
