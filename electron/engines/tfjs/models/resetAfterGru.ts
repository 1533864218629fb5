import * as tf from '@tensorflow/tfjs-node-gpu';
import type { Mask } from './masks';

type Initialiser = ReturnType<typeof tf.initializers.zeros>;
type Activation = 'linear';

interface Options {
  readonly units: number;
  readonly activation: string;
  readonly recurrentActivation: string;
  readonly returnSequences: boolean;
  readonly useBias: boolean;
  readonly kernelInitializer: Initialiser;
  readonly recurrentInitializer: Initialiser;
  readonly inputShape?: number[];
}

/**
 * GRU with the reset gate applied after the product with the state, and a bias on each side: Keras'
 * default, as cuDNN computes it. The library has only the other form. Gates z, r, h side by side:
 *
 *   z = s(x Wz + bz + h Uz + cz),  r = s(x Wr + br + h Ur + cr)
 *   h' = z h + (1 - z) a(x Wh + bh + r (h Uh + ch))
 *
 * Source: Keras 3, layers/rnn/gru.py, GRUCell.call with reset_after=True.
 */
export class ResetAfterGru extends tf.layers.Layer {
  static readonly className = 'TwintrainGru';
  readonly #options: Options;
  readonly #activation: tf.layers.Layer;
  readonly #recurrentActivation: tf.layers.Layer;
  #kernel: tf.LayerVariable | null = null;
  #recurrentKernel: tf.LayerVariable | null = null;
  #bias: tf.LayerVariable | null = null;

  constructor(options: Options) {
    super(options.inputShape === undefined ? {} : { inputShape: options.inputShape });
    this.#options = options;
    const layerOf = (activation: string) =>
      tf.layers.activation({ activation: activation as Activation });
    this.#activation = layerOf(options.activation);
    this.#recurrentActivation = layerOf(options.recurrentActivation);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as [tf.Shape];
    const { units, useBias, kernelInitializer, recurrentInitializer } = this.#options;
    const width = 3 * units;
    const add = (name: string, own: number[], initialiser: Initialiser) =>
      this.addWeight(name, own, 'float32', initialiser);
    this.#kernel = add('kernel', [shape.at(-1) ?? 0, width], kernelInitializer);
    this.#recurrentKernel = add('recurrent_kernel', [units, width], recurrentInitializer);
    if (useBias) this.#bias = add('bias', [2, width], tf.initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const { units, returnSequences } = this.#options;
    const [batch = null, steps = null] = inputShape;
    return returnSequences ? [batch, steps, units] : [batch, units];
  }

  /** [batch, steps, features] -> [batch, units] or [batch, steps, units] */
  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { mask = null }: { readonly mask?: Mask } = {},
  ): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
    return tf.tidy(() => {
      const { units, returnSequences } = this.#options;
      const [batch, steps, features] = x.shape;
      const [kernel, recurrentKernel] = [this.#kernel, this.#recurrentKernel].map((own) =>
        (own as tf.LayerVariable).read(),
      ) as [tf.Tensor2D, tf.Tensor2D];
      const bias = this.#bias?.read();
      const sideOf = (own: tf.Tensor2D, side: 0 | 1): tf.Tensor2D =>
        bias === undefined
          ? own
          : tf.add(own, tf.reshape(tf.slice(bias, [side, 0], [1, 3 * units]), [3 * units]));
      // The input products of all steps at once, as Keras does when it unrolls.
      const products = tf.reshape(
        sideOf(tf.matMul(tf.reshape(x, [batch * steps, features]), kernel), 0),
        [batch, steps, 3 * units],
      );
      let state = tf.zeros([batch, units]) as tf.Tensor2D;
      const states: tf.Tensor2D[] = [];
      const counted = mask === null ? null : (mask as tf.Tensor2D);
      for (let step = 0; step < steps; step++) {
        const own = tf.reshape(tf.slice(products, [0, step, 0], [batch, 1, 3 * units]), [
          batch,
          3 * units,
        ]);
        const inner = sideOf(tf.matMul(state, recurrentKernel), 1);
        const gate = (of: tf.Tensor, index: number) =>
          tf.slice(of as tf.Tensor2D, [0, index * units], [batch, units]);
        const active = (layer: tf.layers.Layer, value: tf.Tensor) =>
          layer.apply(value) as tf.Tensor2D;
        const z = active(this.#recurrentActivation, tf.add(gate(own, 0), gate(inner, 0)));
        const r = active(this.#recurrentActivation, tf.add(gate(own, 1), gate(inner, 1)));
        const h = active(this.#activation, tf.add(gate(own, 2), tf.mul(r, gate(inner, 2))));
        const next = tf.add(tf.mul(z, state), tf.mul(tf.sub(1, z), h)) as tf.Tensor2D;
        // A step that does not count leaves the state as it was.
        state =
          counted === null
            ? next
            : (tf.where(tf.slice(counted, [0, step], [batch, 1]), next, state) as tf.Tensor2D);
        states.push(state);
      }
      return returnSequences ? tf.stack(states, 1) : state;
    });
  }
}
