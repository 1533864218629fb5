import * as tf from '@tensorflow/tfjs-node-gpu';
import { maskNumbers, type Mask } from './masks';

export interface Directions {
  readonly forward: tf.layers.Layer;
  readonly backward: tf.layers.Layer;
}

/**
 * Two recurrent layers, one of them on the steps in reverse. The library's own makes them of a layer's
 * configuration, which has no place for our GRU and for our seeds.
 */
export class Bidirectional extends tf.layers.Layer {
  static readonly className = 'TwintrainBidirectional';
  readonly #both: Directions;
  readonly #mergeMode: string;
  readonly #returnsSequences: boolean;

  constructor(
    both: Directions,
    mergeMode: string,
    returnsSequences: boolean,
    options: { readonly inputShape?: number[] },
  ) {
    super(options);
    this.#both = both;
    this.#mergeMode = mergeMode;
    this.#returnsSequences = returnsSequences;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as [tf.Shape];
    for (const layer of [this.#both.forward, this.#both.backward]) {
      layer.build(shape);
      layer.built = true;
    }
    this.built = true;
  }

  override get trainableWeights(): tf.LayerVariable[] {
    // The library's constructor reads them before there are layers.
    const both = this.#both as Directions | undefined;
    return both === undefined
      ? []
      : [...both.forward.trainableWeights, ...both.backward.trainableWeights];
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    const both = this.#both as Directions | undefined;
    return both === undefined
      ? []
      : [...both.forward.nonTrainableWeights, ...both.backward.nonTrainableWeights];
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const own = this.#both.forward.computeOutputShape(inputShape) as tf.Shape;
    const width = own.at(-1) ?? 0;
    return [...own.slice(0, -1), this.#mergeMode === 'concat' ? 2 * width : width];
  }

  /** [batch, steps, features] -> [batch, width] or [batch, steps, width] */
  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { mask = null }: { readonly mask?: Mask },
  ): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const { forward, backward } = this.#both;
    return tf.tidy(() => {
      const backMask = mask === null ? null : tf.reverse(mask, 1);
      const ahead = this.#counted(forward.call(x, { mask }) as tf.Tensor, mask);
      const reversed = this.#counted(
        backward.call(tf.reverse(x, 1), { mask: backMask }) as tf.Tensor,
        backMask,
      );
      const back = this.#returnsSequences ? tf.reverse(reversed, 1) : reversed;
      switch (this.#mergeMode) {
        case 'concat':
          return tf.concat([ahead, back], -1);
        case 'mul':
          return tf.mul(ahead, back);
        case 'ave':
          return tf.mul(tf.add(ahead, back), 0.5);
        default:
          return tf.add(ahead, back);
      }
    });
  }

  /** Of steps that do not count, a direction by itself repeats the state before; Keras' wrapper makes it 0. */
  #counted(sequence: tf.Tensor, mask: Mask): tf.Tensor {
    return mask === null || !this.#returnsSequences
      ? sequence
      : tf.mul(sequence, maskNumbers(mask));
  }
}
