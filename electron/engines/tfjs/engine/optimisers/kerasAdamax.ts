import * as tf from '@tensorflow/tfjs-node-gpu';
import { MomentOptimiser, movedMean } from './momentOptimiser';

/**
 * Adam with the largest gradient in place of the second moment (Kingma and Ba 2015, section 7.1), as Keras 3
 * writes it. The bias correction is part of the rate that it is given (`updateRates`).
 */
export class KerasAdamax extends MomentOptimiser {
  static readonly className = 'KerasAdamax';

  protected update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    [m, u]: readonly [tf.Tensor, tf.Tensor],
    [rate = 0]: readonly number[],
  ) {
    const first = movedMean(m, gradient, this.beta1);
    const largest = tf.maximum(tf.mul(u, this.beta2), tf.abs(gradient));
    const step = tf.div(tf.mul(first, rate), tf.add(largest, this.epsilon));
    return { slots: [first, largest], value: tf.sub(value, step) };
  }
}
