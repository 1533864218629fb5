import * as tf from '@tensorflow/tfjs-node-gpu';
import { MomentOptimiser, movedMean } from './momentOptimiser';

/**
 * Adam as Keras 3 writes it: epsilon is added to the root of the plain second moment, before the
 * bias correction ("epsilon hat" in Kingma and Ba 2015, section 2). The correction is part of
 * the rate that it is given (`updateRates`).
 */
export class KerasAdam extends MomentOptimiser {
  static readonly className = 'KerasAdam';

  protected update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    [m, v]: readonly [tf.Tensor, tf.Tensor],
    [rate = 0]: readonly number[],
  ) {
    const first = movedMean(m, gradient, this.beta1);
    const second = movedMean(v, tf.square(gradient), this.beta2);
    const step = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), this.epsilon));
    return { slots: [first, second], value: tf.sub(value, step) };
  }
}
