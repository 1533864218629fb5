import * as tf from '@tensorflow/tfjs-node-gpu';
import { SlotOptimiser } from './slotOptimiser';

/**
 * Adam as Keras 3 writes it: epsilon is added to the root of the plain second moment, before the
 * bias correction ("epsilon hat" in Kingma and Ba 2015, section 2). The correction is part of
 * the rate that it is given (`updateRate`).
 */
export class KerasAdam extends SlotOptimiser {
  static readonly className = 'KerasAdam';
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  constructor(learningRate: number, beta1: number, beta2: number, epsilon: number) {
    super(learningRate, 2);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  protected update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    [m, v]: readonly [tf.Tensor, tf.Tensor],
    rate: number,
  ) {
    const first = tf.add(m, tf.mul(tf.sub(gradient, m), 1 - this.#beta1));
    const second = tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), 1 - this.#beta2));
    const step = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), this.#epsilon));
    return { slots: [first, second], value: tf.sub(value, step) };
  }
}
