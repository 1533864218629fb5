import * as tf from '@tensorflow/tfjs-node-gpu';

/** A layer called on every step, on all of them at once: the library's own goes from step to step. */
export class TimeDistributed extends tf.layers.Layer {
  static readonly className = 'TwintrainTimeDistributed';
  readonly #layer: tf.layers.Layer;

  constructor(layer: tf.layers.Layer, options: { readonly inputShape?: number[] }) {
    super(options);
    this.#layer = layer;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as [tf.Shape];
    this.#layer.build(ofSteps(shape));
    this.#layer.built = true;
    this.built = true;
  }

  override get trainableWeights(): tf.LayerVariable[] {
    // The library's constructor reads them before there is a layer.
    return (this.#layer as tf.layers.Layer | undefined)?.trainableWeights ?? [];
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    return (this.#layer as tf.layers.Layer | undefined)?.nonTrainableWeights ?? [];
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const [batch = null, steps = null] = inputShape;
    const own = this.#layer.computeOutputShape(ofSteps(inputShape)) as tf.Shape;
    return [batch, steps, ...own.slice(1)];
  }

  /** [batch, steps, ...] -> [batch, steps, ...output of the layer] */
  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { readonly training?: boolean },
  ): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const [batch = 0, steps = 0, ...rest] = x.shape;
    return tf.tidy(() => {
      const each = tf.reshape(x, [batch * steps, ...rest]);
      const own = this.#layer.call(each, { training }) as tf.Tensor;
      return tf.reshape(own, [batch, steps, ...own.shape.slice(1)]);
    });
  }
}

/** Of a step, in place of a row. */
function ofSteps([batch = null, , ...rest]: tf.Shape): tf.Shape {
  return [batch, ...rest];
}
