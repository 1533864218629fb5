import * as tf from '@tensorflow/tfjs-node-gpu';
import type { LossKind } from '../../../shared/training/trainingConfig';

/**
 * The library's own loss functions, the ones `model.fit` uses.
 * (target [batch, ...], prediction [batch, ...]) -> one loss a row; the step takes the mean.
 */
export const losses: Readonly<
  Record<LossKind, (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor>
> = {
  categoricalCrossentropy: (target, prediction) =>
    tf.metrics.categoricalCrossentropy(target, prediction),
  meanSquaredError: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
};
