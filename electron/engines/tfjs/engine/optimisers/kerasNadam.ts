import * as tf from '@tensorflow/tfjs-node-gpu';
import { MomentOptimiser, movedMean } from './momentOptimiser';

/**
 * Adam with Nesterov momentum as Keras 3 writes it, operation by operation (Dozat 2016): the look-ahead is a
 * second share of the gradient. What depends on the step it is given (`updateRates`).
 */
export class KerasNadam extends MomentOptimiser {
  static readonly className = 'KerasNadam';

  protected update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    [m, v]: readonly [tf.Tensor, tf.Tensor],
    [rate = 0, next = 0, nextLeft = 1, ofGradient = 0, nowLeft = 1, left = 1]: readonly number[],
  ) {
    const first = movedMean(m, gradient, this.beta1);
    const second = movedMean(v, tf.square(gradient), this.beta2);
    const ahead = tf.add(
      tf.div(tf.mul(first, next), nextLeft),
      tf.div(tf.mul(gradient, ofGradient), nowLeft),
    );
    const root = tf.add(tf.sqrt(tf.div(second, left)), this.epsilon);
    return {
      slots: [first, second],
      value: tf.sub(value, tf.div(tf.mul(ahead, rate), root)),
    };
  }
}
