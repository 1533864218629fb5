import * as tf from '@tensorflow/tfjs-node-gpu';
import { eagerTrace, type TracedBatch } from '../explain/eagerTrace';
import type { StepFeed, TracedStep } from './engine';
import { ModelEngine } from './modelEngine';

/**
 * The reference: every operation of every step goes through TensorFlow.js, as in `model.fit`.
 * The same batches give the same losses as `fit`, bit for bit.
 */
export class EagerEngine extends ModelEngine {
  readonly name = 'eager';
  /** Enough to make the loop's own work small, few enough to stop within a moment. */
  readonly stepsPerCall = 8;

  run(steps: readonly StepFeed[]): Float32Array {
    const { parts } = this;
    return this.#each(steps, ({ rows, rates, dropoutSeeds }) => {
      parts.setRates(rates);
      const calls = parts.dropoutCallCount;
      const seeds = calls > 0 ? tf.tensor2d(dropoutSeeds, [calls, 2], 'int32') : null;
      return parts.step(...this.#batch(rows), seeds);
    });
  }

  evaluate(batches: readonly Int32Array[]): Float32Array {
    return this.#each(batches, (rows) => this.parts.evaluate(...this.#batch(rows)));
  }

  protected traceOf(batch: TracedBatch, step: number, values: string): TracedStep {
    return eagerTrace(this.parts, batch, step, values);
  }

  #each<T>(items: readonly T[], action: (item: T) => tf.Tensor): Float32Array {
    const results = new Float32Array(items.length * this.width);
    items.forEach((item, index) =>
      tf.tidy(() => results.set(action(item).dataSync(), index * this.width)),
    );
    return results;
  }

  #batch(rows: Int32Array): [tf.Tensor, tf.Tensor] {
    const indices = tf.tensor1d(rows, 'int32');
    return [tf.gather(this.parts.inputs, indices), tf.gather(this.parts.targets, indices)];
  }
}
