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

/** TensorFlow's numbers of its types. */
const [FLOAT, INT32] = [1, 3];

/**
 * float32 in [0, 1) from TensorFlow's counter-based generator (Philox 4x32-10; Salmon et al. 2011):
 * the same shape and seed give the same numbers, on the interpreter and under XLA alike.
 *
 * @param seed int32 [2]: key and counter
 */
export function statelessUniform(shape: readonly number[], seed: tf.Tensor): tf.Tensor {
  const backend = tf.backend() as unknown as OperationRunner;
  const type = (name: string, value: number) => ({
    name,
    type: backend.binding.TF_ATTR_TYPE,
    value,
  });
  return backend.executeSingleOutput(
    'StatelessRandomUniform',
    [type('dtype', FLOAT), type('T', INT32), type('Tseed', INT32)],
    [tf.tensor1d([...shape], 'int32'), seed],
  );
}
