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

/** TensorFlow's number of the type. */
const INT32 = 3;

/**
 * int32 over its whole range from TensorFlow's counter-based generator (Philox 4x32-10; Salmon et
 * al. 2011): the same shape and seed give the same numbers in every engine. Whole numbers, since XLA
 * and the interpreter make other floats of the same bits.
 *
 * @param seed int32 [2]: key and counter
 */
export function statelessBits(shape: readonly number[], seed: tf.Tensor): tf.Tensor {
  const backend = tf.backend() as unknown as OperationRunner;
  const type = (name: string) => ({ name, type: backend.binding.TF_ATTR_TYPE, value: INT32 });
  return backend.executeSingleOutput(
    'StatelessRandomUniformFullInt',
    [type('dtype'), type('T'), type('Tseed')],
    [tf.tensor1d([...shape], 'int32'), seed],
  );
}
