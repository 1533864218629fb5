import * as tf from '@tensorflow/tfjs-node-gpu';
import type { LayerSpec } from '../../../../shared/architecture/layerCatalog';
import { causalMask, UNSEEN } from '../../../../shared/architecture/layers/multiHeadAttention';
import { kept } from './drawingLayer';
import type { DropoutSeeds } from './dropoutSeeds';
import type { Mask } from './masks';

export type AttentionSpec = Extract<LayerSpec, { readonly kind: 'multiHeadAttention' }>;
type Initialiser = ReturnType<typeof tf.initializers.zeros>;

interface Initialisers {
  readonly kernelInitializer: Initialiser;
  readonly biasInitializer: Initialiser;
}

/**
 * Multi-head attention, which the library does not offer. Products are taken head by head, scaled by
 * 1 / sqrt(keyDim) before the softmax. Source: Keras 3, layers/attention/multi_head_attention.py.
 */
export class MultiHeadAttention extends tf.layers.Layer {
  static readonly className = 'TwintrainMultiHeadAttention';
  readonly #spec: AttentionSpec;
  readonly #initialisers: Initialisers;
  readonly #seeds: DropoutSeeds;
  readonly #variables = new Map<string, tf.LayerVariable>();

  constructor(spec: AttentionSpec, initialisers: Initialisers, seeds: DropoutSeeds) {
    super({});
    this.#spec = spec;
    this.#initialisers = initialisers;
    this.#seeds = seeds;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [query = [], value = [], key = value] = inputShape as tf.Shape[];
    const { numHeads, keyDim, useBias } = this.#spec;
    const { kernelInitializer: kernel, biasInitializer: bias } = this.#initialisers;
    const add = (role: string, shape: number[], initialiser: Initialiser) =>
      this.#variables.set(role, this.addWeight(role, shape, 'float32', initialiser));
    const both = (part: string, kernelShape: number[], biasShape: number[]) => {
      add(`${part}Kernel`, kernelShape, kernel);
      if (useBias) add(`${part}Bias`, biasShape, bias);
    };
    const into = (part: string, shape: tf.Shape, size: number) =>
      both(part, [shape.at(-1) ?? 0, numHeads, size], [numHeads, size]);
    into('query', query, keyDim);
    into('key', key, keyDim);
    into('value', value, this.#deep);
    const outputs = this.#outputs(query);
    both('output', [numHeads, this.#deep, outputs], [outputs]);
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [query = []] = inputShape as tf.Shape[];
    return [query[0] ?? null, query[1] ?? null, this.#outputs(query)];
  }

  /** query [batch, steps, features], value and key [batch, others, features] -> [batch, steps, outputs] */
  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training, mask: masks }: { readonly training?: boolean; readonly mask?: readonly Mask[] },
  ): tf.Tensor {
    const [query, value, key = value] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor?];
    const { id, keyDim, dropout, useCausalMask } = this.#spec;
    return tf.tidy(() => {
      const scaled = tf.mul(this.#heads('query', query), 1 / Math.sqrt(keyDim));
      // [batch, heads, steps, others]
      const scores = tf.matMul(scaled, this.#heads('key', key), false, true);
      const [steps = 1, others = 1] = scores.shape.slice(-2);
      const future = useCausalMask ? tf.tensor2d(causalMask(steps, others), [steps, others]) : null;
      const seen = seenPairs(masks ?? []);
      const shares =
        seen === null
          ? tf.softmax(future === null ? scores : tf.add(scores, future))
          : this.#sharesOf(
              scores,
              future === null ? seen : tf.logicalAnd(seen, tf.equal(future, 0)),
            );
      const isDropping = training === true && dropout > 0;
      const dropped = isDropping
        ? kept(shares, shares.shape, dropout, this.#seeds.next(id))
        : shares;
      return this.#joined(tf.matMul(dropped, this.#heads('value', value)));
    });
  }

  /**
   * Shares of what is seen, bool, for scores [batch, heads, steps, others]. A step that sees nothing gets equal shares
   * of all, or none where Keras computes them itself because some are dropped.
   */
  #sharesOf(scores: tf.Tensor, seen: tf.Tensor): tf.Tensor {
    const shares = tf.softmax(tf.where(seen, scores, UNSEEN));
    return this.#spec.dropout > 0 ? tf.mul(shares, tf.cast(seen, 'float32')) : shares;
  }

  /** [batch, steps, features] -> [batch, heads, steps, size] */
  #heads(part: string, x: tf.Tensor): tf.Tensor {
    const [batch = 0, steps = 0, features = 0] = x.shape;
    const kernel = this.#read(`${part}Kernel`);
    const [, heads = 1, size = 1] = kernel.shape;
    const flat = tf.matMul(
      tf.reshape(x, [batch * steps, features]) as tf.Tensor2D,
      tf.reshape(kernel, [features, heads * size]) as tf.Tensor2D,
    );
    const apart = tf.reshape(this.#plusBias(part, flat), [batch, steps, heads, size]);
    return tf.transpose(apart, [0, 2, 1, 3]);
  }

  /** [batch, heads, steps, size] -> [batch, steps, outputs] */
  #joined(x: tf.Tensor): tf.Tensor {
    const [batch = 0, heads = 1, steps = 0, size = 1] = x.shape;
    const kernel = this.#read('outputKernel');
    const outputs = kernel.shape.at(-1) ?? 0;
    const flat = tf.matMul(
      tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch * steps, heads * size]) as tf.Tensor2D,
      tf.reshape(kernel, [heads * size, outputs]) as tf.Tensor2D,
    );
    return tf.reshape(this.#plusBias('output', flat), [batch, steps, outputs]);
  }

  #plusBias(part: string, flat: tf.Tensor): tf.Tensor {
    if (!this.#spec.useBias) return flat;
    return tf.add(flat, tf.reshape(this.#read(`${part}Bias`), [flat.shape[1] ?? 0]));
  }

  #read(role: string): tf.Tensor {
    return (this.#variables.get(role) as tf.LayerVariable).read();
  }

  get #deep(): number {
    return this.#spec.valueDim ?? this.#spec.keyDim;
  }

  #outputs(query: tf.Shape): number {
    return this.#spec.outputShape ?? query.at(-1) ?? 0;
  }
}

/** Which steps of the value each step of the query sees: bool, to broadcast to [batch, heads, steps, others]; null for all. */
function seenPairs([query = null, ...others]: readonly Mask[]): tf.Tensor | null {
  const sides = [
    ...(query === null ? [] : [tf.expandDims(tf.expandDims(query, 1), 3)]),
    ...others.flatMap((own) => (own === null ? [] : [tf.expandDims(tf.expandDims(own, 1), 2)])),
  ];
  return sides.length === 0 ? null : sides.reduce((all, own) => tf.logicalAnd(all, own));
}
