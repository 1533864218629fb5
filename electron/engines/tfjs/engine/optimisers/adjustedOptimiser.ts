import * as tf from '@tensorflow/tfjs-node-gpu';
import type { OptimiserConfig } from '../../../../../shared/training/trainingConfig';
import { namedGradients, variableOf, type Gradients, type NamedGradient } from './slotOptimiser';

/**
 * What Keras does before any optimiser's update: it clips the gradients, then takes a share of each weight
 * away (decoupled weight decay; Loshchilov and Hutter 2019), both of the weights before the step.
 */
export class AdjustedOptimiser extends tf.Optimizer {
  static readonly className = 'AdjustedOptimiser';
  /** Share of each weight that a step takes away; null without decay. */
  #decay: number | null;
  readonly #inner: tf.Optimizer;
  readonly #setInner: (rates: readonly number[]) => void;
  readonly #config: Pick<OptimiserConfig, 'clip' | 'clipAt'>;

  /** @param setInner gives the other optimiser its factors */
  constructor(
    inner: tf.Optimizer,
    setInner: (rates: readonly number[]) => void,
    config: OptimiserConfig,
  ) {
    super();
    this.#inner = inner;
    this.#setInner = setInner;
    this.#decay = config.weightDecay === 0 ? null : config.weightDecay;
    this.#config = config;
  }

  /** The other optimiser's factors, and the decay last, where there is one. */
  setRates(rates: readonly number[]): void {
    if (this.#decay === null) return this.#setInner(rates);
    this.#decay = rates.at(-1) ?? 0;
    this.#setInner(rates.slice(0, -1));
  }

  override applyGradients(gradients: Gradients): void {
    tf.tidy(() => {
      const clipped = this.#clipped(namedGradients(gradients));
      const decay = this.#decay;
      if (decay !== null) {
        for (const { name } of clipped) {
          const variable = variableOf(name);
          variable.assign(tf.sub(variable, tf.mul(variable, decay)));
        }
      }
      this.#inner.applyGradients(clipped);
    });
    this.incrementIterations();
  }

  override dispose(): void {
    this.#inner.dispose();
  }

  getConfig(): tf.serialization.ConfigDict {
    return {};
  }

  #clipped(gradients: readonly NamedGradient[]): NamedGradient[] {
    const { clip, clipAt } = this.#config;
    const all = (change: (gradient: tf.Tensor) => tf.Tensor) =>
      gradients.map(({ name, tensor }) => ({ name, tensor: change(tensor) }));
    switch (clip) {
      case 'none':
        return [...gradients];
      case 'value':
        return all((gradient) => tf.clipByValue(gradient, -clipAt, clipAt));
      case 'norm':
        // g * limit / max(norm, limit): a norm of 0 divides nothing by 0.
        return all((gradient) =>
          tf.div(tf.mul(gradient, clipAt), tf.maximum(norm([gradient]), clipAt)),
        );
      case 'globalNorm': {
        const own = norm(gradients.map(({ tensor }) => tensor));
        const scale = tf.div(clipAt, tf.maximum(own, clipAt));
        return all((gradient) => tf.mul(gradient, scale));
      }
    }
  }
}

function norm(gradients: readonly tf.Tensor[]): tf.Tensor {
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
}
