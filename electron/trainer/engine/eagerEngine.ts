import * as tf from '@tensorflow/tfjs-node-gpu';
import type { TrainingConfig } from '../../../shared/training/trainingConfig';
import type { NamedWeight, Trainable } from '../models/trainable';
import type { Engine, TrainingData, WeightValues } from './engine';
import { TrainingParts } from './trainingStep';
import { readWeights, writeWeights } from './weightAccess';

/**
 * The reference: every operation of every step goes through TensorFlow.js, as in `model.fit`.
 * The same batches give the same losses as `fit`, bit for bit.
 */
export class EagerEngine implements Engine {
  readonly name = 'eager';
  /** Enough to make the loop's own work small, few enough to stop within a moment. */
  readonly stepsPerCall = 8;
  readonly #model: Trainable;
  readonly #training: TrainingConfig;
  #parts: TrainingParts | null = null;

  constructor(model: Trainable, training: TrainingConfig) {
    this.#model = model;
    this.#training = training;
  }

  build(data: TrainingData): void {
    this.#parts = new TrainingParts(this.#model, this.#training, data);
  }

  run(batches: readonly Int32Array[]): Float32Array {
    const { inputs, targets, step } = this.#built;
    return Float32Array.from(batches, (rows) =>
      tf.tidy(() => {
        const indices = tf.tensor1d(rows, 'int32');
        return step(
          tf.gather(inputs, indices),
          tf.gather(targets, indices),
        ).dataSync()[0] as number;
      }),
    );
  }

  weights(): readonly NamedWeight[] {
    return this.#built.weights;
  }

  readWeights(): readonly WeightValues[] {
    return readWeights(this.weights());
  }

  writeWeights(values: readonly WeightValues[]): void {
    writeWeights(this.weights(), values);
  }

  dispose(): void {
    this.#parts?.dispose();
    this.#model.dispose();
  }

  get #built(): TrainingParts {
    if (this.#parts === null) throw new Error('build() comes first');
    return this.#parts;
  }
}
