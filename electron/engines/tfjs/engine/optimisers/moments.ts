import * as tf from '@tensorflow/tfjs-node-gpu';

/** A moving mean as Keras writes it: mean + (value - mean) * (1 - beta). */
export function movedMean(mean: tf.Tensor, value: tf.Tensor, beta: number): tf.Tensor {
  return tf.add(mean, tf.mul(tf.sub(value, mean), 1 - beta));
}
