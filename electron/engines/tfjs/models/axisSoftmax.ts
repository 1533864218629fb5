import * as tf from '@tensorflow/tfjs-node-gpu';

/** Softmax along any axis; the library's own function takes the last one only. */
export class AxisSoftmax extends tf.layers.Layer {
  static readonly className = 'TwintrainSoftmax';
  readonly #axis: number;

  /** @param options `axis` counts from 1, the batch being 0, or from the end */
  constructor({ axis, ...options }: { readonly axis: number; readonly inputShape?: number[] }) {
    super(options);
    this.#axis = axis;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  /** [batch, ...] -> the same */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const axis = this.#axis < 0 ? x.rank + this.#axis : this.#axis;
    if (axis === x.rank - 1) return tf.softmax(x);
    const last = x.rank - 1;
    const order = Array.from(x.shape, (_, at) => (at === axis ? last : at === last ? axis : at));
    return tf.tidy(() => tf.transpose(tf.softmax(tf.transpose(x, order)), order));
  }
}
