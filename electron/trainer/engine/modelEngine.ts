import type { TrainingConfig } from '../../../shared/training/trainingConfig';
import type { NamedWeight, Trainable } from '../models/trainable';
import type { Engine, TrainingData, WeightValues } from './engine';
import { TrainingParts } from './trainingStep';
import { readWeights, writeWeights } from './weightAccess';

/** What the engines share: a model that is built when the data comes, and access to its weights. */
export abstract class ModelEngine implements Engine {
  abstract readonly name: string;
  abstract readonly stepsPerCall: number;
  readonly #model: Trainable;
  readonly #training: TrainingConfig;
  #parts: TrainingParts | null = null;

  constructor(model: Trainable, training: TrainingConfig) {
    this.#model = model;
    this.#training = training;
  }

  abstract run(batches: readonly Int32Array[]): Float32Array;

  build(data: TrainingData): void {
    this.#parts = new TrainingParts(this.#model, this.#training, data);
  }

  weights(): readonly NamedWeight[] {
    return this.parts.weights;
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

  protected get parts(): TrainingParts {
    if (this.#parts === null) throw new Error('build() comes first');
    return this.#parts;
  }
}
