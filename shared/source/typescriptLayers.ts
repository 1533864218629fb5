/** Source of layers that the library lacks, or has in another form only. */
export const SUBTRACT = `class Subtract extends tf.layers.Layer {
  static readonly className = 'Subtract';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return inputShape[0] as tf.Shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [first, second] = inputs as [tf.Tensor, tf.Tensor];
    return tf.sub(first, second);
  }
}

`;

export const AXIS_SOFTMAX = `/** Softmax along any axis: from 1, the batch being 0, or from the end. */
class AxisSoftmax extends tf.layers.Layer {
  static readonly className = 'Softmax';
  private readonly axis: number;

  constructor({ axis = -1, ...options }: { axis?: number; name?: string; inputShape?: number[] }) {
    super(options);
    this.axis = axis;
  }

  override getConfig() {
    return { ...super.getConfig(), axis: this.axis };
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const last = x.rank - 1;
    const axis = this.axis < 0 ? x.rank + this.axis : this.axis;
    const order = x.shape.map((_, at) => (at === axis ? last : at === last ? axis : at));
    return tf.tidy(() => tf.transpose(tf.softmax(tf.transpose(x, order)), order));
  }
}

`;

export const BILINEAR_UP_SAMPLING_2D = `/**
 * Bilinear up-sampling as in Keras. The library's layer places the centres of pixels elsewhere, and the
 * gradient of its resizing does too.
 */
class BilinearUpSampling2D extends tf.layers.Layer {
  static readonly className = 'BilinearUpSampling2D';
  private readonly size: [number, number];

  constructor({ size = [2, 2], ...options }: { size?: number[]; name?: string; inputShape?: number[] }) {
    super(options);
    this.size = size as [number, number];
  }

  override getConfig() {
    return { ...super.getConfig(), size: this.size, interpolation: 'bilinear' };
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const [batch, height, width, channels] = inputShape as [number | null, number, number, number];
    return [batch, height * this.size[0], width * this.size[1], channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    return tf.tidy(() => this.along(this.along(x, 1, this.size[0]), 2, this.size[1]));
  }

  /** Each place of an axis becomes \`times\` places. */
  private along(x: tf.Tensor, axis: number, times: number): tf.Tensor {
    const length = x.shape[axis] as number;
    const cut = (from: number, count: number) =>
      tf.slice(
        x,
        x.shape.map((_, own) => (own === axis ? from : 0)),
        x.shape.map((own, at) => (at === axis ? count : own)),
      );
    const before = length === 1 ? x : tf.concat([cut(0, 1), cut(0, length - 1)], axis);
    const behind = length === 1 ? x : tf.concat([cut(1, length - 1), cut(length - 1, 1)], axis);
    const places = Array.from({ length: times }, (_, place) => {
      const offset = (place + 0.5) / times - 0.5;
      return tf.add(x, tf.mul(tf.sub(offset < 0 ? before : behind, x), Math.abs(offset)));
    });
    return tf.reshape(
      tf.stack(places, axis + 1),
      x.shape.map((own, at) => (at === axis ? own * times : own)),
    );
  }
}

`;

export const SPATIAL_DROPOUT_2D = `/** Dropout of whole channels of an image. */
class SpatialDropout2D extends tf.layers.Layer {
  static readonly className = 'SpatialDropout2D';
  private readonly rate: number;
  private readonly seed: number | undefined;

  constructor({ rate = 0.5, seed, ...options }: { rate?: number; seed?: number; name?: string; inputShape?: number[] }) {
    super(options);
    this.rate = rate;
    this.seed = seed;
  }

  override getConfig() {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed ?? null };
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false }: { training?: boolean }): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    if (!training || this.rate === 0) return x;
    const [batch, , , channels] = x.shape;
    return tf.dropout(x, this.rate, [batch as number, 1, 1, channels as number], this.seed);
  }
}

`;

export const NORMALIZATION = `/** (x - mean) / deviation, with one number or one for each feature. */
class Normalization extends tf.layers.Layer {
  static readonly className = 'Normalization';
  private readonly mean: number[];
  private readonly variance: number[];

  constructor({ mean, variance, ...options }: { mean: number[]; variance: number[]; name?: string; inputShape?: number[] }) {
    super(options);
    this.mean = mean;
    this.variance = variance;
  }

  override getConfig() {
    return { ...super.getConfig(), mean: this.mean, variance: this.variance };
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    return tf.tidy(() => {
      const deviation = tf.maximum(tf.sqrt(tf.tensor1d(this.variance)), 1e-7);
      return tf.div(tf.sub(x, tf.tensor1d(this.mean)), deviation);
    });
  }
}

`;

export const AS_IN_INFERENCE = `/** A batch normalisation that is not trained uses its moving statistics, as in Keras. */
function asInInference(layer: tf.layers.Layer): tf.layers.Layer {
  const call = layer.call.bind(layer);
  layer.call = (inputs, options) => call(inputs, { ...options, training: false });
  return layer;
}

`;
