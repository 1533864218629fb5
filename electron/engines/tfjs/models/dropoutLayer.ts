import * as tf from '@tensorflow/tfjs-node-gpu';
import type { DropoutSeeds } from './dropoutSeeds';
import { statelessBits } from './statelessBits';

/**
 * Dropout whose mask comes from the step's seed, by a native operation: the same numbers in every
 * engine, a new mask each step, and step n's mask known without the steps before it. The library's
 * own layer draws its mask number by number from `Math.random`, or repeats one mask if seeded.
 */
export class DropoutLayer extends tf.layers.Layer {
  static readonly className = 'TwintrainDropout';
  readonly #rate: number;
  readonly #layerId: string;
  readonly #seeds: DropoutSeeds;

  constructor(
    layerId: string,
    options: { readonly rate: number; readonly inputShape?: number[] },
    seeds: DropoutSeeds,
  ) {
    const { rate, ...own } = options;
    super(own);
    this.#rate = rate;
    this.#layerId = layerId;
    this.#seeds = seeds;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  /** A fraction `rate` of all int32 values lies below it. */
  #threshold(): tf.Tensor {
    return tf.scalar(Math.round((this.#rate - 0.5) * 2 ** 32), 'int32');
  }

  /** [batch, ...] -> the same; kept numbers are scaled by 1 / (1 - rate). */
  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training }: { readonly training?: boolean },
  ): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    if (training !== true || this.#rate === 0) return x;
    return tf.tidy(() => {
      const bits = statelessBits(x.shape, this.#seeds.next(this.#layerId));
      const kept = tf.cast(tf.greaterEqual(bits, this.#threshold()), 'float32');
      return tf.mul(x, tf.mul(kept, 1 / (1 - this.#rate)));
    });
  }
}
