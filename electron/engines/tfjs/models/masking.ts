import * as tf from '@tensorflow/tfjs-node-gpu';
import { countedSteps } from './masks';

/** Makes padded steps 0. The library's own has operations without a gradient, so that nothing before it can be trained. */
export class Masking extends tf.layers.Layer {
  static readonly className = 'TwintrainMasking';
  readonly #maskValue: number;

  constructor({ maskValue, ...options }: { maskValue: number; inputShape?: number[] }) {
    super(options);
    this.#maskValue = maskValue;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  /** [batch, steps, ..., features] -> the same */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    return tf.tidy(() => tf.where(tf.expandDims(countedSteps(x, this.#maskValue), -1), x, 0));
  }
}
