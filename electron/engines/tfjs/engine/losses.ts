import * as tf from '@tensorflow/tfjs-node-gpu';
import type { LossKind, TrainingConfig } from '../../../../shared/training/trainingConfig';

const EPSILON = 1e-7;

type Loss = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;

/**
 * The loss functions that `model.fit` uses, except for a binary crossentropy as in Keras.
 * (target [batch, ...], prediction [batch, ...]) -> one loss per row; the step takes the mean.
 */
const losses: Readonly<Record<LossKind, Loss>> = {
  binaryCrossentropy: (target, prediction) => {
    // As Keras' backends do it, with the same guard against log(0).
    const p = tf.clipByValue(prediction, EPSILON, 1 - EPSILON);
    const yes = tf.mul(target, tf.log(p));
    const no = tf.mul(tf.sub(1, target), tf.log(tf.sub(1, p)));
    return tf.neg(tf.mean(tf.add(yes, no), -1));
  },
  categoricalCrossentropy: (target, prediction) =>
    tf.metrics.categoricalCrossentropy(target, prediction),
  meanSquaredError: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
};

/** As Keras' from_logits=True: log-softmax in one operation, without clipping. */
const crossentropyOfLogits: Loss = (target, logits) =>
  tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1));

/** max(x, 0) - x t + log(1 + exp(-|x|)): as Keras' from_logits=True, without overflow. */
const binaryCrossentropyOfLogits: Loss = (target, logits) =>
  tf.mean(
    tf.add(
      tf.sub(tf.relu(logits), tf.mul(logits, target)),
      tf.log1p(tf.exp(tf.neg(tf.abs(logits)))),
    ),
    -1,
  );

export function lossOf({ loss, fromLogits }: TrainingConfig): Loss {
  if (!fromLogits) return losses[loss];
  if (loss === 'categoricalCrossentropy') return crossentropyOfLogits;
  return loss === 'binaryCrossentropy' ? binaryCrossentropyOfLogits : losses[loss];
}
