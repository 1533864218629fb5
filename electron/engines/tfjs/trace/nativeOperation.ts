import type * as tf from '@tensorflow/tfjs-node-gpu';
import { nativeBackend, type NativeAttribute } from './nativeBackend';
import { DT } from './wire';

/**
 * Runs one of TensorFlow's operations by name.
 * @param types its type attributes by name
 * @param others its other attributes
 */
export function nativeOperation(
  operation: string,
  types: Readonly<Record<string, tf.DataType>>,
  inputs: readonly tf.Tensor[],
  others: readonly NativeAttribute[] = [],
): tf.Tensor {
  const backend = nativeBackend();
  const typeAttributes = Object.entries(types).map(([name, dtype]) => ({
    name,
    type: backend.binding.TF_ATTR_TYPE,
    value: DT[dtype as keyof typeof DT],
  }));
  return backend.executeSingleOutput(operation, [...others, ...typeAttributes], inputs);
}
