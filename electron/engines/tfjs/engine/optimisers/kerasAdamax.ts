import * as tf from '@tensorflow/tfjs-node-gpu';
import { movedMean } from './moments';
import { SlotOptimiser } from './slotOptimiser';

/**
 * Adam with the largest gradient in place of the second moment (Kingma and Ba 2015, section 7.1), as Keras 3
 * writes it. The bias correction is part of the rate that it is given (`updateRates`).
 */
export class KerasAdamax extends SlotOptimiser {
  static readonly className = 'KerasAdamax';
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  constructor(beta1: number, beta2: number, epsilon: number) {
    super(2);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  protected update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    [m, u]: readonly [tf.Tensor, tf.Tensor],
    [rate = 0]: readonly number[],
  ) {
    const first = movedMean(m, gradient, this.#beta1);
    const largest = tf.maximum(tf.mul(u, this.#beta2), tf.abs(gradient));
    const step = tf.div(tf.mul(first, rate), tf.add(largest, this.#epsilon));
    return { slots: [first, largest], value: tf.sub(value, step) };
  }
}
