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

export const AS_IN_INFERENCE = `/** A batch normalisation that is not trained uses its moving statistics, as in Keras. */
function asInInference(layer: tf.layers.Layer): tf.layers.Layer {
  const call = layer.call.bind(layer);
  layer.call = (inputs, options) => call(inputs, { ...options, training: false });
  return layer;
}

`;
