import * as tf from '@tensorflow/tfjs-node-gpu';
import type { TrainingConfig } from '../../../shared/training/trainingConfig';
import type { NamedWeight, Trainable } from '../models/trainable';
import type { TrainingData } from './engine';
import { losses } from './losses';
import { makeOptimiser } from './optimisers';

/** One update on one batch; answers the loss before it. */
export type TrainingStep = (x: tf.Tensor, y: tf.Tensor) => tf.Scalar;

/**
 * What every engine trains: the model with its weights, its optimiser, and the data as native
 * tensors. The step itself is the library's: forward pass, gradients and optimiser as in `fit`.
 */
export class TrainingParts {
  readonly inputs: tf.Tensor;
  readonly targets: tf.Tensor;
  readonly weights: readonly NamedWeight[];
  readonly step: TrainingStep;
  readonly #optimiser: tf.Optimizer;

  /** Builds the model: a subclass draws its weights here. */
  constructor(model: Trainable, training: TrainingConfig, data: TrainingData) {
    model.ensureBuilt();
    this.weights = model.weights();
    // slice(): TensorFlow may keep the buffer it is given, so it gets one of its own.
    this.inputs = tf.tensor(data.inputs.slice(), [data.rows, ...data.inputShape]);
    this.targets = tf.tensor(data.targets.slice(), [data.rows, data.targetSize]);
    this.#optimiser = makeOptimiser(training.optimiser);
    const loss = losses[training.loss];
    const variables = this.weights
      .filter(({ isTrainable }) => isTrainable)
      .map(({ variable }) => variable);
    this.step = (x, y) =>
      this.#optimiser.minimize(
        () => tf.mean(loss(y, model.forward(x, true))) as tf.Scalar,
        true,
        variables,
      ) as tf.Scalar;
  }

  dispose(): void {
    this.inputs.dispose();
    this.targets.dispose();
    this.#optimiser.dispose();
  }
}
