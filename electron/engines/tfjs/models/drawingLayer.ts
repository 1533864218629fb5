import * as tf from '@tensorflow/tfjs-node-gpu';
import type { LayerSpec } from '../../../../shared/architecture/layerCatalog';
import type { DropoutSeeds } from './dropoutSeeds';
import { statelessBits } from './statelessBits';

/** A layer that draws random numbers in training. */
export type DrawingSpec = Extract<
  LayerSpec,
  {
    readonly kind:
      'dropout' | 'spatialDropout1d' | 'spatialDropout2d' | 'gaussianDropout' | 'gaussianNoise';
  }
>;

/** [batch, ...], an int32 seed [2] -> the same shape, in training. */
type Draw = (x: tf.Tensor, seed: tf.Tensor) => tf.Tensor;

/**
 * Dropout and its kin, whose numbers come from the step's seed, by a native operation: the same in every
 * engine, new in each step, and those of step n known without the steps before it. The library's
 * own layers draw number by number from `Math.random`, or repeat one mask if seeded.
 */
export class DrawingLayer extends tf.layers.Layer {
  static readonly className = 'TwintrainDrawing';
  readonly #draw: Draw | null;
  readonly #layerId: string;
  readonly #seeds: DropoutSeeds;

  constructor(spec: DrawingSpec, options: { readonly inputShape?: number[] }, seeds: DropoutSeeds) {
    super(options);
    this.#draw = drawOf(spec);
    this.#layerId = spec.id;
    this.#seeds = seeds;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training }: { readonly training?: boolean },
  ): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const draw = this.#draw;
    if (training !== true || draw === null) return x;
    return tf.tidy(() => draw(x, this.#seeds.next(this.#layerId)));
  }
}

/** Null where nothing is drawn. */
function drawOf(spec: DrawingSpec): Draw | null {
  if (spec.kind === 'gaussianNoise') {
    const { stddev } = spec;
    return stddev === 0 ? null : (x, seed) => tf.add(x, tf.mul(normal(x.shape, seed), stddev));
  }
  const { rate } = spec;
  if (rate === 0) return null;
  switch (spec.kind) {
    case 'gaussianDropout': {
      const deviation = Math.sqrt(rate / (1 - rate));
      return (x, seed) => tf.mul(x, tf.add(1, tf.mul(normal(x.shape, seed), deviation)));
    }
    case 'dropout':
      return (x, seed) => kept(x, x.shape, rate, seed);
    default:
      // One number for a whole channel.
      return (x, seed) => {
        const shape = x.shape.map((length, axis) =>
          axis === 0 || axis === x.rank - 1 ? length : 1,
        );
        return kept(x, shape, rate, seed);
      };
  }
}

/** Dropout: kept numbers are scaled by 1 / (1 - rate). A fraction `rate` of all int32 values lies below the threshold. */
export function kept(
  x: tf.Tensor,
  shape: readonly number[],
  rate: number,
  seed: tf.Tensor,
): tf.Tensor {
  const threshold = tf.scalar(Math.round((rate - 0.5) * 2 ** 32), 'int32');
  const mask = tf.cast(tf.greaterEqual(statelessBits(shape, seed), threshold), 'float32');
  return tf.mul(x, tf.mul(mask, 1 / (1 - rate)));
}

/** Standard normal numbers (Box and Muller 1958) of two uniform ones each. */
function normal(shape: readonly number[], seed: tf.Tensor): tf.Tensor {
  const bits = tf.cast(statelessBits([2, ...shape], seed), 'float32');
  // From just above 0, whose logarithm is infinite, to 1.
  const uniform = tf.maximum(tf.add(tf.mul(bits, 2 ** -32), 0.5), 2 ** -24);
  const [radius, angle] = tf.unstack(uniform) as [tf.Tensor, tf.Tensor];
  const length = tf.sqrt(tf.mul(tf.log(radius), -2));
  return tf.mul(length, tf.cos(tf.mul(angle, 2 * Math.PI)));
}
