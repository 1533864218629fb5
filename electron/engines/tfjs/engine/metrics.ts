import * as tf from '@tensorflow/tfjs-node-gpu';
import type { MetricKind } from '../../../../shared/training/trainingConfig';

/**
 * The library's own metric functions, the ones `model.fit` uses.
 * (target [batch, ...], prediction [batch, ...]) -> one value a row; reported is the mean.
 */
export const metrics: Readonly<
  Record<MetricKind, (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor>
> = {
  // One number a row says yes from a half on; of several the largest is the answer.
  accuracy: (target, prediction) =>
    prediction.shape.at(-1) === 1
      ? tf.reshape(tf.metrics.binaryAccuracy(target, prediction), [-1])
      : tf.metrics.categoricalAccuracy(target, prediction),
  meanSquaredError: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
  meanAbsoluteError: (target, prediction) => tf.metrics.meanAbsoluteError(target, prediction),
};
