import * as tf from '@tensorflow/tfjs-node-gpu';
import { SlotOptimiser } from './slotOptimiser';

/**
 * SGD with momentum as Keras 3 writes it: the rate is part of the velocity, so that a step that was
 * taken at a higher rate continues at that rate. The library's velocity holds only gradients.
 */
export class KerasMomentum extends SlotOptimiser {
  static readonly className = 'KerasMomentum';
  readonly #momentum: number;
  readonly #isNesterov: boolean;

  constructor(momentum: number, isNesterov: boolean) {
    super(1);
    this.#momentum = momentum;
    this.#isNesterov = isNesterov;
  }

  protected update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    [velocity]: readonly [tf.Tensor],
    [rate = 0]: readonly number[],
  ) {
    const step = tf.mul(gradient, rate);
    const next = tf.sub(tf.mul(velocity, this.#momentum), step);
    return {
      slots: [next],
      value: this.#isNesterov
        ? tf.add(value, tf.sub(tf.mul(next, this.#momentum), step))
        : tf.add(value, next),
    };
  }
}
