import * as tf from '@tensorflow/tfjs-node-gpu';
import type { LossKind, TrainingConfig } from '../../../shared/training/trainingConfig';

type Loss = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;

/**
 * The library's own loss functions, the ones `model.fit` uses.
 * (target [batch, ...], prediction [batch, ...]) -> one loss a row; the step takes the mean.
 */
const losses: Readonly<Record<LossKind, Loss>> = {
  categoricalCrossentropy: (target, prediction) =>
    tf.metrics.categoricalCrossentropy(target, prediction),
  meanSquaredError: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
};

/** As Keras' from_logits=True: the logarithm of the softmax in one, without clipping. */
const crossentropyOfLogits: Loss = (target, logits) =>
  tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1));

export function lossOf({ loss, fromLogits }: TrainingConfig): Loss {
  return loss === 'categoricalCrossentropy' && fromLogits ? crossentropyOfLogits : losses[loss];
}
