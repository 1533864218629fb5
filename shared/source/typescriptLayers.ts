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

export const AS_IN_INFERENCE = `/** A batch normalisation that is not trained uses its moving statistics, as in Keras. */
function asInInference(layer: tf.layers.Layer): tf.layers.Layer {
  const call = layer.call.bind(layer);
  layer.call = (inputs, options) => call(inputs, { ...options, training: false });
  return layer;
}

`;
