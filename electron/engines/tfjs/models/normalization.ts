import * as tf from '@tensorflow/tfjs-node-gpu';
import { deviations } from '../../../../shared/architecture/layers/normalization';

/** (x - mean) / deviation along the last axis; the library has no such layer. Source: Keras 3, normalization.py. */
export class Normalization extends tf.layers.Layer {
  static readonly className = 'TwintrainNormalization';
  readonly #mean: readonly number[];
  readonly #deviations: Float32Array;

  /** @param options `mean` and `variance`: one number, or one for each feature */
  constructor({
    mean,
    variance,
    ...options
  }: {
    readonly mean: readonly number[];
    readonly variance: readonly number[];
    readonly inputShape?: number[];
  }) {
    super(options);
    this.#mean = mean;
    this.#deviations = deviations(variance);
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  /** [batch, ..., features] -> the same */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    return tf.tidy(() =>
      tf.div(tf.sub(x, tf.tensor1d([...this.#mean])), tf.tensor1d(this.#deviations)),
    );
  }
}
