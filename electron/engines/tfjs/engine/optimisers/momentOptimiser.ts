import * as tf from '@tensorflow/tfjs-node-gpu';
import { SlotOptimiser } from './slotOptimiser';

/** What Adam and its kin have in common: two slots, and the betas that they move with. */
export abstract class MomentOptimiser extends SlotOptimiser {
  constructor(
    protected readonly beta1: number,
    protected readonly beta2: number,
    protected readonly epsilon: number,
  ) {
    super(2);
  }
}

/** A moving mean as Keras writes it: mean + (value - mean) * (1 - beta). */
export function movedMean(mean: tf.Tensor, value: tf.Tensor, beta: number): tf.Tensor {
  return tf.add(mean, tf.mul(tf.sub(value, mean), 1 - beta));
}
