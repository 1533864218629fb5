import * as tf from '@tensorflow/tfjs-node-gpu';

/** The first input less the second, which the library has no layer for. */
export class Subtract extends tf.layers.Layer {
  static readonly className = 'TwintrainSubtract';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tf.Shape;
  }

  /** Two of [batch, ...] -> the same */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [first, second] = inputs as [tf.Tensor, tf.Tensor];
    return tf.sub(first, second);
  }
}
