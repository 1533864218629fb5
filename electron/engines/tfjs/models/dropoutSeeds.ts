import * as tf from '@tensorflow/tfjs-node-gpu';
import type { DropoutCall } from '../../../../shared/runs/run';

/** Hands each dropout layer its seed during a forward pass. */
export class DropoutSeeds {
  readonly #calls: readonly DropoutCall[];
  readonly #uses = new Map<string, number>();
  #seeds: tf.Tensor | null = null;

  constructor(calls: readonly DropoutCall[]) {
    this.#calls = calls;
  }

  /** @param seeds int32 [calls, 2]; null where the pass drops nothing */
  begin(seeds: tf.Tensor | null): void {
    this.#seeds = seeds;
    this.#uses.clear();
  }

  /** int32 [2] for the layer's next call. */
  next(layer: string): tf.Tensor {
    const use = (this.#uses.get(layer) ?? 0) + 1;
    this.#uses.set(layer, use);
    const row = this.#calls.findIndex((call) => call.layer === layer && call.use === use);
    if (this.#seeds === null || row < 0) {
      throw new Error(`Dropout layer ${layer} has no seed for its call ${use}`);
    }
    return tf.reshape(tf.slice(this.#seeds, [row, 0], [1, 2]), [2]);
  }
}
