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
const typeNumbers = { float32: 1, int32: 3 } as const;

/**
 * Runs one of TensorFlow's operations that the library has no function for.
 * @param types its type attributes by name
 */
export function nativeOperation(
  operation: string,
  types: Readonly<Record<string, keyof typeof typeNumbers>>,
  inputs: readonly tf.Tensor[],
): tf.Tensor {
  const backend = tf.backend() as unknown as OperationRunner;
  const attributes = Object.entries(types).map(([name, dtype]) => ({
    name,
    type: backend.binding.TF_ATTR_TYPE,
    value: typeNumbers[dtype],
  }));
  return backend.executeSingleOutput(operation, attributes, inputs);
}
