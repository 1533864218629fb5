import type { TrainingData } from '../../../training/trainingData';
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { TrainingConfig } from '../../../../shared/training/trainingConfig';
import { updateRates } from '../../../../shared/training/updateRates';
import { SavedState } from '../trace/savedState';
import type { NamedWeight, Trainable } from '../models/trainable';
import { lossOf } from './losses';
import { metrics, metricWidths } from './metrics';
import { useNativeGradients } from './nativeGradients';
import { constrain, ruled, withPenalties } from './weightRules';
import { makeOptimiser, setRates } from './optimisers/makeOptimiser';

/**
 * What every engine trains: the model with its weights, its optimiser, and the data as native
 * tensors. The step itself is the library's: forward pass, gradients and optimiser as in `fit`.
 */
export class TrainingParts {
  readonly inputs: tf.Tensor;
  readonly targets: tf.Tensor;
  readonly weights: readonly NamedWeight[];
  /** The optimiser's own variables: those it has from the start, then those that its first step creates. */
  readonly slots: tf.Variable[];
  /** The factors of the first step. */
  readonly rates: readonly number[];
  #current: readonly number[];
  /** The inputs, where they change from epoch to epoch. */
  readonly #changing: tf.Variable | null;
  readonly #model: Trainable;
  readonly #training: TrainingConfig;
  /** Numbers of a row that are compared; a weight of the row may come after them. */
  readonly #outputs: number;
  readonly #isWeighted: boolean;
  readonly #trained: tf.Variable[];
  readonly #ruled: ReturnType<typeof ruled>;
  readonly #optimiser: tf.Optimizer;

  /** Builds the model: a subclass draws its weights here. */
  constructor(model: Trainable, training: TrainingConfig, data: TrainingData) {
    useNativeGradients();
    this.#model = model;
    this.#training = training;
    model.ensureBuilt();
    this.weights = model.weights();
    this.#trained = this.weights
      .filter(({ isTrainable }) => isTrainable)
      .map(({ variable }) => variable);
    this.#ruled = ruled(this.weights);
    const rows = data.rows + data.validationRows;
    // TensorFlow may keep the buffers that it is given; nothing changes them.
    const inputs = tf.tensor(data.inputs, [rows, ...data.inputShape]);
    this.#changing = data.changesInputs ? tf.variable(inputs, false) : null;
    if (this.#changing !== null) inputs.dispose();
    this.inputs = this.#changing ?? inputs;
    this.#outputs = data.targetSize;
    this.#isWeighted = data.rowWeights !== null;
    this.targets = targetsOf(data, rows);
    this.rates = updateRates(training)(1);
    this.#current = this.rates;
    const before = new Set(registered());
    this.#optimiser = makeOptimiser(training.optimiser);
    this.setRates(this.rates);
    this.#createSlots();
    this.slots = registered().filter((variable) => !before.has(variable));
  }

  /**
   * One update on one batch.
   * @param dropoutSeeds int32 [dropout calls, 2], or null
   * @returns float32 [1 + metrics]: the loss and metrics before the update
   */
  step(x: tf.Tensor, y: tf.Tensor, dropoutSeeds: tf.Tensor | null): tf.Tensor1D {
    return tf.tidy(() => {
      const kept: tf.Tensor1D[] = [];
      this.#optimiser.minimize(
        () => {
          const prediction = this.#model.train(x, dropoutSeeds);
          const target = this.#targetIn(y);
          const loss = this.#loss(y, target, prediction);
          // Kept beyond the scope of the gradient computation, as `fit` keeps its metrics.
          kept.push(tf.keep(this.#withMetrics(loss, target, prediction)));
          return loss;
        },
        false,
        this.#trained,
      );
      constrain(this.#ruled);
      const [result] = kept as [tf.Tensor1D];
      const answer = tf.clone(result);
      result.dispose();
      return answer;
    });
  }

  /**
   * The same, for one who watches.
   * @param onUpdate called between the gradients and the optimiser
   */
  observedStep(
    x: tf.Tensor,
    y: tf.Tensor,
    dropoutSeeds: tf.Tensor | null,
    onUpdate: () => void,
  ): tf.Tensor1D {
    const optimiser = this.#optimiser;
    const apply = optimiser.applyGradients.bind(optimiser);
    optimiser.applyGradients = (gradients) => {
      onUpdate();
      apply(gradients);
    };
    try {
      return this.step(x, y, dropoutSeeds);
    } finally {
      // The method is the prototype's again.
      delete (optimiser as { applyGradients?: unknown }).applyGradients;
    }
  }

  /** Loss and metrics of one batch in inference mode; changes nothing. float32 [1 + metrics] */
  evaluate(x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
    return tf.tidy(() => {
      const prediction = this.#model.predict(x);
      const target = this.#targetIn(y);
      const loss = this.#loss(y, target, prediction);
      return this.#withMetrics(loss, target, prediction);
    });
  }

  get dropoutCallCount(): number {
    return this.#model.dropoutCalls.length;
  }

  /** How many numbers a step returns. */
  get width(): number {
    return metricWidths(this.#training, this.#outputs).reduce((sum, own) => sum + own, 1);
  }

  /** Other inputs for all rows, row-major. */
  useInputs(inputs: Float32Array): void {
    const changing = this.#changing;
    if (changing === null) throw new Error('These inputs do not change');
    tf.tidy(() => changing.assign(tf.tensor(inputs, changing.shape)));
  }

  /** Factors for the steps that follow; see `updateRates`. */
  setRates(rates: readonly number[]): void {
    this.#current = rates;
    setRates(this.#optimiser, rates);
  }

  /** One of them. */
  setRate(at: number, rate: number): void {
    this.setRates(this.#current.map((own, index) => (index === at ? rate : own)));
  }

  dispose(): void {
    this.inputs.dispose();
    this.targets.dispose();
    this.#optimiser.dispose();
  }

  /** Divided by the rows, not by their weights: Keras' sum_over_batch_size. */
  #loss(y: tf.Tensor, target: tf.Tensor, prediction: tf.Tensor): tf.Scalar {
    const losses = lossOf(this.#training)(target, prediction);
    const mean = tf.mean<tf.Scalar>(this.#isWeighted ? tf.mul(losses, this.#weightIn(y)) : losses);
    return withPenalties(mean, this.#ruled);
  }

  #targetIn(y: tf.Tensor): tf.Tensor {
    return this.#isWeighted ? tf.slice(y, [0, 0], [-1, this.#outputs]) : y;
  }

  /** [batch] */
  #weightIn(y: tf.Tensor): tf.Tensor {
    return tf.reshape(tf.slice(y, [0, this.#outputs], [-1, 1]), [-1]);
  }

  #withMetrics(loss: tf.Scalar, target: tf.Tensor, prediction: tf.Tensor): tf.Tensor1D {
    const values = this.#training.metrics.map((kind) =>
      tf.reshape(tf.mean(metrics[kind].ofRows(target, prediction), 0), [-1]),
    );
    return tf.concat([tf.reshape(loss, [1]), ...values]) as tf.Tensor1D;
  }

  /** Takes one step and undoes it: optimisers create their slots at the first gradient. */
  #createSlots(): void {
    const state = new SavedState();
    try {
      state.observe(() =>
        tf.tidy(() => {
          const seeds = tf.zeros([this.dropoutCallCount, 2], 'int32');
          const [x, y] = [this.inputs, this.targets].map((all) => tf.slice(all, 0, 1));
          this.step(x as tf.Tensor, y as tf.Tensor, this.dropoutCallCount > 0 ? seeds : null);
        }),
      );
    } finally {
      state.restore();
      state.dispose();
    }
  }
}

function registered(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}

/** [rows, outputs], or [rows, outputs + 1] with each row's weight last. */
function targetsOf({ targets, targetSize, rowWeights }: TrainingData, rows: number): tf.Tensor {
  if (rowWeights === null) return tf.tensor(targets, [rows, targetSize]);
  const width = targetSize + 1;
  const both = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    both.set(targets.subarray(row * targetSize, (row + 1) * targetSize), row * width);
    both[row * width + targetSize] = rowWeights[row] as number;
  }
  return tf.tensor(both, [rows, width]);
}
