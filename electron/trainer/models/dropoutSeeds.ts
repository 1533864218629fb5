import * as tf from '@tensorflow/tfjs-node-gpu';
import type { Architecture } from '../../../shared/architecture/architecture';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';

/** One use of a dropout layer in a forward pass; `use` counts a layer's calls from 1. */
export interface DropoutCall {
  readonly layer: string;
  readonly use: number;
}

/** Dropout calls of one forward pass, in the order of the plan. */
export function dropoutCalls(architecture: Architecture): readonly DropoutCall[] {
  const uses = new Map<string, number>();
  return forwardPlan(architecture).calls.flatMap(({ spec }) => {
    if (spec.kind !== 'dropout') return [];
    const use = (uses.get(spec.id) ?? 0) + 1;
    uses.set(spec.id, use);
    return [{ layer: spec.id, use }];
  });
}

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
