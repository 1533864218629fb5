import * as tf from '@tensorflow/tfjs-node-gpu';

/**
 * Bilinear up-sampling with the centres of pixels at halves. The library's layer places them at whole numbers,
 * and the gradient of its native operation does not know halves; so it is made of slices and sums.
 */
export class BilinearUpSampling extends tf.layers.Layer {
  static readonly className = 'TwintrainBilinearUpSampling';
  readonly #size: readonly number[];

  /** @param options `size`: [rows, columns] that each pixel becomes */
  constructor({ size, ...options }: { readonly size: number[]; readonly inputShape?: number[] }) {
    super(options);
    this.#size = size;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape.map((length, axis) =>
      length === null ? null : length * (this.#size[axis - 1] ?? 1),
    );
  }

  /** [batch, height, width, channels] -> [batch, height * rows, width * columns, channels] */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const [rows = 1, columns = 1] = this.#size;
    return tf.tidy(() => along(along(x, 1, rows), 2, columns));
  }
}

/** Each place of an axis becomes `times` places. */
function along(x: tf.Tensor, axis: number, times: number): tf.Tensor {
  if (times === 1) return x;
  const length = x.shape[axis] ?? 1;
  const cut = (from: number, count: number) =>
    tf.slice(
      x,
      x.shape.map((_, own) => (own === axis ? from : 0)),
      x.shape.map((own, at) => (at === axis ? count : own)),
    );
  // Beyond the edge the outermost place goes on.
  const before = length === 1 ? x : tf.concat([cut(0, 1), cut(0, length - 1)], axis);
  const behind = length === 1 ? x : tf.concat([cut(1, length - 1), cut(length - 1, 1)], axis);
  const places = Array.from({ length: times }, (_, place) => {
    const offset = (place + 0.5) / times - 0.5;
    if (offset === 0) return x;
    const neighbour = offset < 0 ? before : behind;
    return tf.add(x, tf.mul(tf.sub(neighbour, x), Math.abs(offset)));
  });
  const shape = x.shape.map((own, at) => (at === axis ? own * times : own));
  return tf.reshape(tf.stack(places, axis + 1), shape);
}
