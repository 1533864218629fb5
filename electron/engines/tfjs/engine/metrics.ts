import * as tf from '@tensorflow/tfjs-node-gpu';
import type { MetricKind } from '../../../../shared/training/metricTable';
import type { TrainingConfig } from '../../../../shared/training/trainingConfig';

/** A metric of an epoch's rows together: numbers of each row that are summed, and what the sums make. */
export interface Metric {
  /** How many numbers a row has. @param outputs of the network for a row */
  readonly width: (outputs: number) => number;
  /** (target [batch, outputs], prediction [batch, outputs]) -> [batch] or [batch, width] */
  readonly ofRows: (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;
  /**
   * The metric of so many rows, whose numbers have these means; without it, the mean itself.
   * @param means [width]
   */
  readonly ofMeans?: (means: readonly number[], rows: number) => number;
}

const THRESHOLDS = 200;
const KERAS_EPSILON = 1e-7;
const TOP = 5;

const one = () => 1;
const sumOf = (values: tf.Tensor) => tf.sum(values, -1, true);
const isAbove = (prediction: tf.Tensor) => tf.cast(tf.greater(prediction, 0.5), 'float32');
/** The library's binaryAccuracy, whose mean of truth values XLA does not compile. */
const isRight = (target: tf.Tensor, prediction: tf.Tensor) =>
  tf.mean(tf.cast(tf.equal(isAbove(prediction), target), 'float32'), -1);
const not = (values: tf.Tensor) => tf.sub(1, values);
/** Counts as whole numbers: the means of float32 steps may be off by rounding. */
const counts = (means: readonly number[], rows: number) =>
  means.map((mean) => Math.round(mean * rows));
/** One more axis of length 1; the library's expandDims cannot be traced. */
const withAxis = (values: tf.Tensor) => tf.reshape(values, [...values.shape, 1]);
const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/** As Keras defines them (keras.metrics); the first ones are the library's own, which `model.fit` uses. */
export const metrics: Readonly<Record<MetricKind, Metric>> = {
  // One output is thresholded at 0.5; of several the largest is the predicted class.
  accuracy: {
    width: one,
    ofRows: (target, prediction) =>
      prediction.shape.at(-1) === 1
        ? isRight(target, prediction)
        : tf.metrics.categoricalAccuracy(target, prediction),
  },
  binaryAccuracy: {
    width: one,
    // Of each output.
    ofRows: isRight,
  },
  meanSquaredError: {
    width: one,
    ofRows: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
  },
  meanAbsoluteError: {
    width: one,
    ofRows: (target, prediction) => tf.metrics.meanAbsoluteError(target, prediction),
  },
  // Among the first ones where fewer than five outputs are larger (TensorFlow's in_top_k).
  topKAccuracy: {
    width: one,
    ofRows: (target, prediction) => {
      const wanted = sumOf(tf.mul(target, prediction));
      const larger = sumOf(tf.cast(tf.greater(prediction, wanted), 'float32'));
      return tf.reshape(tf.cast(tf.less(larger, TOP), 'float32'), [-1]);
    },
  },
  precision: {
    width: () => 2,
    ofRows: (target, prediction) => {
      const yes = isAbove(prediction);
      return tf.concat([sumOf(tf.mul(yes, target)), sumOf(tf.mul(yes, not(target)))], -1);
    },
    ofMeans: (means, rows) => {
      const [right = 0, wrong = 0] = counts(means, rows);
      return share(right, right + wrong);
    },
  },
  recall: {
    width: () => 2,
    ofRows: (target, prediction) => {
      const yes = isAbove(prediction);
      return tf.concat([sumOf(tf.mul(yes, target)), sumOf(tf.mul(not(yes), target))], -1);
    },
    ofMeans: (means, rows) => {
      const [right = 0, missed = 0] = counts(means, rows);
      return share(right, right + missed);
    },
  },
  f1: {
    width: (outputs) => 3 * outputs,
    ofRows: (target, prediction) => {
      const yes = isAbove(prediction);
      return tf.concat(
        [tf.mul(yes, target), tf.mul(yes, not(target)), tf.mul(not(yes), target)],
        -1,
      );
    },
    ofMeans: (means, rows) => {
      const found = counts(means, rows);
      const classes = found.length / 3;
      let sum = 0;
      for (let own = 0; own < classes; own++) {
        const [right, wrong, missed] = [0, 1, 2].map(
          (part) => found[part * classes + own] ?? 0,
        ) as [number, number, number];
        const precision = right / (right + wrong + KERAS_EPSILON);
        const recall = right / (right + missed + KERAS_EPSILON);
        sum += (2 * precision * recall) / (precision + recall + KERAS_EPSILON);
      }
      return sum / classes;
    },
  },
  // Trapezoids under the points of 200 thresholds, as keras.metrics.AUC.
  auc: {
    width: () => 2 * THRESHOLDS + 2,
    ofRows: (target, prediction) => {
      const clipped = tf.clipByValue(prediction, 0, 1);
      const bucket = tf.sub(tf.ceil(tf.mul(clipped, THRESHOLDS - 1)), 1);
      const isOver = tf.cast(
        tf.greaterEqual(withAxis(tf.relu(bucket)), tf.range(0, THRESHOLDS, 1, 'float32')),
        'float32',
      );
      const over = (own: tf.Tensor) => tf.sum(tf.mul(isOver, withAxis(own)), -2);
      return tf.concat([over(target), over(not(target)), sumOf(target), sumOf(not(target))], -1);
    },
    ofMeans: (means, rows) => {
      const found = counts(means, rows);
      const [yes = 0, no = 0] = found.slice(2 * THRESHOLDS);
      let area = 0;
      for (let at = 0; at + 1 < THRESHOLDS; at++) {
        const [hits, nextHits] = [found[at] ?? 0, found[at + 1] ?? 0];
        const [alarms, nextAlarms] = [found[THRESHOLDS + at] ?? 0, found[THRESHOLDS + at + 1] ?? 0];
        const height = (share(hits, yes) + share(nextHits, yes)) / 2;
        area += height * (share(alarms, no) - share(nextAlarms, no));
      }
      return area;
    },
  },
  rootMeanSquaredError: {
    width: one,
    ofRows: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
    ofMeans: ([mean = NaN]) => Math.sqrt(mean),
  },
  r2: {
    width: (outputs) => 3 * outputs,
    ofRows: (target, prediction) =>
      tf.concat([target, tf.square(target), tf.square(tf.sub(target, prediction))], -1),
    ofMeans: (means, rows) => {
      const outputs = means.length / 3;
      let sum = 0;
      for (let own = 0; own < outputs; own++) {
        const [mean = 0, square = 0, error = 0] = [0, 1, 2].map(
          (part) => means[part * outputs + own],
        );
        const score = 1 - (rows * error) / (rows * square - rows * mean * mean);
        sum += Number.isFinite(score) || Number.isNaN(score) ? score : 0;
      }
      return sum / outputs;
    },
  },
};

/** How many numbers each chosen metric has in a step's results, which begin with the loss. */
export function metricWidths(
  { metrics: kinds }: Pick<TrainingConfig, 'metrics'>,
  outputs: number,
): readonly number[] {
  return kinds.map((kind) => metrics[kind].width(outputs));
}

/**
 * Loss and metrics of an epoch by name.
 * @param means of what its steps returned, weighted by their rows
 */
export function epochValues(
  training: Pick<TrainingConfig, 'metrics'>,
  outputs: number,
  means: readonly number[],
  rows: number,
): Readonly<Record<string, number>> {
  const values: Record<string, number> = { loss: means[0] ?? NaN };
  let at = 1;
  for (const [index, width] of metricWidths(training, outputs).entries()) {
    const kind = training.metrics[index] as MetricKind;
    const own = means.slice(at, at + width);
    values[kind] = metrics[kind].ofMeans?.(own, rows) ?? own[0] ?? NaN;
    at += width;
  }
  return values;
}
