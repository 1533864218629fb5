import * as tf from '@tensorflow/tfjs-node-gpu';
import type { TrainingConfig } from '../../../shared/training/trainingConfig';
import type { NamedWeight, Trainable } from '../models/trainable';
import type { Engine, TrainingData, WeightValues } from './engine';
import { losses } from './losses';
import { makeOptimiser } from './optimisers';

/**
 * The reference: every operation of every step goes through TensorFlow.js, as in `model.fit`.
 * The same batches give the same losses as `fit`, bit for bit.
 */
export class EagerEngine implements Engine {
  readonly name = 'eager';
  /** Enough to make the loop's own work small, few enough to stop within a moment. */
  readonly stepsPerCall = 8;
  readonly #model: Trainable;
  readonly #optimiser: tf.Optimizer;
  readonly #loss: (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;
  #inputs: tf.Tensor | null = null;
  #targets: tf.Tensor | null = null;

  constructor(model: Trainable, training: TrainingConfig) {
    this.#model = model;
    this.#optimiser = makeOptimiser(training.optimiser);
    this.#loss = losses[training.loss];
  }

  build(data: TrainingData): void {
    this.#model.ensureBuilt();
    // slice(): TensorFlow may keep the buffer it is given, so it gets one of its own.
    this.#inputs = tf.tensor(data.inputs.slice(), [data.rows, ...data.inputShape]);
    this.#targets = tf.tensor(data.targets.slice(), [data.rows, data.targetSize]);
  }

  run(batches: readonly Int32Array[]): Float32Array {
    return Float32Array.from(batches, (rows) => this.#step(rows));
  }

  #step(rows: Int32Array): number {
    const [inputs, targets] = [this.#inputs, this.#targets];
    if (inputs === null || targets === null) throw new Error('build() comes before run()');
    return tf.tidy(() => {
      const indices = tf.tensor1d(rows, 'int32');
      const x = tf.gather(inputs, indices);
      const y = tf.gather(targets, indices);
      const trainable = this.weights().filter((weight) => weight.isTrainable);
      const cost = this.#optimiser.minimize(
        () => tf.mean(this.#loss(y, this.#model.forward(x, true))) as tf.Scalar,
        true,
        trainable.map(({ variable }) => variable),
      ) as tf.Scalar;
      return cost.dataSync()[0] as number;
    });
  }

  weights(): readonly NamedWeight[] {
    return this.#model.weights();
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

  dispose(): void {
    this.#inputs?.dispose();
    this.#targets?.dispose();
    this.#optimiser.dispose();
    this.#model.dispose();
  }
}
