import type { TrainingData } from '../../../training/trainingData';
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { TrainingConfig } from '../../../../shared/training/trainingConfig';
import type { DropoutCall } from '../../../../shared/runs/run';
import type { NamedWeight, Trainable } from '../models/trainable';
import type { WeightValues } from '../../../runs/weightValues';
import type { Engine, StepFeed, TracedStep } from './engine';
import type { TracedBatch } from '../explain/eagerTrace';
import { TrainingParts } from './trainingStep';

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

  abstract run(steps: readonly StepFeed[]): Float32Array;
  abstract evaluate(batches: readonly Int32Array[]): Float32Array;

  get width(): number {
    return this.parts.width;
  }

  get dropoutCalls(): readonly DropoutCall[] {
    return this.#model.dropoutCalls;
  }

  build(data: TrainingData): void {
    this.#parts = new TrainingParts(this.#model, this.#training, data);
  }

  useInputs(inputs: Float32Array): void {
    this.parts.useInputs(inputs);
  }

  /** Eager in every mode. */
  predict(batches: readonly Int32Array[]): Float32Array {
    const parts = batches.map((rows) => {
      const own = tf.tidy(() => {
        const inputs = tf.gather(this.parts.inputs, tf.tensor1d(rows, 'int32'));
        return this.#model.predict(inputs);
      });
      const values = own.dataSync() as Float32Array;
      own.dispose();
      return values;
    });
    const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  trace({ rows, rates, dropoutSeeds }: StepFeed, step: number, values: string): TracedStep {
    const { parts } = this;
    parts.setRates(rates);
    let traced: TracedStep | null = null;
    tf.tidy(() => {
      const indices = tf.tensor1d(rows, 'int32');
      const calls = parts.dropoutCallCount;
      const batch = {
        inputs: tf.gather(parts.inputs, indices),
        targets: tf.gather(parts.targets, indices),
        seeds: calls > 0 ? tf.tensor2d(dropoutSeeds, [calls, 2], 'int32') : null,
        rates,
      };
      traced = this.traceOf(batch, step, values);
    });
    // Set in the scope above, which the compiler does not follow.
    return traced as unknown as TracedStep;
  }

  weights(): readonly NamedWeight[] {
    return this.parts.weights;
  }

  readWeights(): readonly WeightValues[] {
    return this.weights().map(({ layer, role, variable }) => ({
      layer,
      role,
      shape: variable.shape,
      values: variable.dataSync() as Float32Array,
    }));
  }

  writeWeights(values: readonly WeightValues[]): void {
    const byName = new Map(
      this.weights().map((weight) => [`${weight.layer}/${weight.role}`, weight]),
    );
    for (const { layer, role, shape, values: own } of values) {
      const weight = byName.get(`${layer}/${role}`);
      if (weight === undefined) throw new Error(`There is no weight ${layer}/${role}`);
      tf.tidy(() => weight.variable.assign(tf.tensor(own.slice(), [...shape])));
    }
  }

  readSlots(): readonly Float32Array[] {
    return this.parts.slots.map((slot) => slot.dataSync() as Float32Array);
  }

  writeSlots(values: readonly Float32Array[]): void {
    const { slots } = this.parts;
    if (values.length !== slots.length) {
      throw new Error(`The optimiser has ${slots.length} slots, not ${values.length}`);
    }
    values.forEach((own, index) => {
      const slot = slots[index] as tf.Variable;
      tf.tidy(() => slot.assign(tf.tensor(own.slice(), slot.shape)));
    });
  }

  /** A model that was never built cannot be disposed of; a second call does nothing. */
  dispose(): void {
    if (this.#parts === null) return;
    this.#parts.dispose();
    this.#parts = null;
    this.#model.dispose();
  }

  /** As the engine computes it. */
  protected abstract traceOf(batch: TracedBatch, step: number, values: string): TracedStep;

  protected get parts(): TrainingParts {
    if (this.#parts === null) throw new Error('build() must be called first');
    return this.#parts;
  }
}
