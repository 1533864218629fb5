import * as tf from '@tensorflow/tfjs-node-gpu';
import type { LossKind } from '../../../../shared/training/lossTable';
import type { TrainingConfig } from '../../../../shared/training/trainingConfig';

const EPSILON = 1e-7;
/** Where Huber's loss turns from a parabola into a line (Keras' default). */
const HUBER_DELTA = 1;

type Loss = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;

interface Formula {
  /** (target [batch, ...], prediction [batch, ...]) -> one loss per row; the step takes the mean. */
  readonly ofOutput: Loss;
  /** The same with logits in place of probabilities; null if there are none. */
  readonly ofLogits: Loss | null;
}

const categoricalCrossentropy: Formula = {
  ofOutput: (target, prediction) => tf.metrics.categoricalCrossentropy(target, prediction),
  // As Keras' from_logits=True: log-softmax in one operation, without clipping.
  ofLogits: (target, logits) => tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1)),
};

/** The loss functions that `model.fit` uses, or Keras' where the two differ. */
const losses: Readonly<Record<LossKind, Formula>> = {
  categoricalCrossentropy,
  // Targets are kept one-hot; Keras' kernels do the same with the number of a class.
  sparseCategoricalCrossentropy: categoricalCrossentropy,
  binaryCrossentropy: {
    ofOutput: (target, prediction) => {
      // As Keras' backends do it, with the same guard against log(0).
      const p = tf.clipByValue(prediction, EPSILON, 1 - EPSILON);
      const yes = tf.mul(target, tf.log(p));
      const no = tf.mul(tf.sub(1, target), tf.log(tf.sub(1, p)));
      return tf.neg(tf.mean(tf.add(yes, no), -1));
    },
    // max(x, 0) - x t + log(1 + exp(-|x|)): as Keras' from_logits=True, without overflow.
    ofLogits: (target, logits) =>
      tf.mean(
        tf.add(
          tf.sub(tf.relu(logits), tf.mul(logits, target)),
          tf.log1p(tf.exp(tf.neg(tf.abs(logits)))),
        ),
        -1,
      ),
  },
  meanSquaredError: {
    ofOutput: (target, prediction) => tf.metrics.meanSquaredError(target, prediction),
    ofLogits: null,
  },
  meanAbsoluteError: {
    ofOutput: (target, prediction) => tf.mean(absolute(tf.sub(prediction, target)), -1),
    ofLogits: null,
  },
  huber: {
    ofOutput: (target, prediction) => {
      const error = absolute(tf.sub(prediction, target));
      const square = tf.minimum(error, HUBER_DELTA);
      const rest = tf.sub(error, square);
      return tf.mean(tf.add(tf.mul(tf.mul(square, square), 0.5), tf.mul(rest, HUBER_DELTA)), -1);
    },
    ofLogits: null,
  },
};

/** |x| whose gradient is 0 at 0, as in Keras' backends; the library's is -1 there. */
const absolute = tf.customGrad((x, save) => {
  (save as tf.GradSaveFunc)([x as tf.Tensor]);
  return {
    value: tf.abs(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, tf.sign(saved as tf.Tensor)),
  };
});

export function lossOf({ loss, fromLogits }: TrainingConfig): Loss {
  const { ofOutput, ofLogits } = losses[loss];
  return fromLogits && ofLogits !== null ? ofLogits : ofOutput;
}
