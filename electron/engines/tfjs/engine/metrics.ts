import * as tf from '@tensorflow/tfjs-node-gpu';
import type { MetricKind } from '../../../../shared/training/trainingConfig';

/**
 * The library's own metric functions, the ones `model.fit` uses.
 * (target [batch, ...], prediction [batch, ...]) -> one value per row; the mean is reported.
 */
export const metrics: Readonly<
  Record<MetricKind, (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor>
> = {
  // One output is thresholded at 0.5; of several the largest is the predicted class.
  accuracy: (target, prediction) =>
    prediction.shape.at(-1) === 1
      ? tf.reshape(tf.metrics.binaryAccuracy(target, prediction), [-1])
      : tf.metrics.categoricalAccuracy(target, prediction),
  meanSquaredError: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
  meanAbsoluteError: (target, prediction) => tf.metrics.meanAbsoluteError(target, prediction),
};
