import * as tf from '@tensorflow/tfjs-node-gpu';
import type { WeightRule } from '../../../../shared/architecture/layers/weightRules';
import type { NamedWeight } from '../models/trainable';

/** Keras' guard against division by zero. */
const EPSILON = 1e-7;

/** Weights with a rule; of those that are trained only, as in Keras. */
export function ruled(
  weights: readonly NamedWeight[],
): readonly { readonly variable: tf.Variable; readonly rule: WeightRule }[] {
  return weights.flatMap(({ variable, rule, isTrainable }) =>
    rule === null || !isTrainable ? [] : [{ variable, rule }],
  );
}

/** The loss with l1 * sum(|w|) + l2 * sum(w^2) of each weight added, one after the other. Keras 3, L1L2. */
export function withPenalties(loss: tf.Scalar, all: ReturnType<typeof ruled>): tf.Scalar {
  return all.reduce<tf.Scalar>((sum, { variable, rule: { l1, l2 } }) => {
    const parts = [
      // Not abs: the library's gradient of that is -1 at 0. Keras' is 0 on TensorFlow and torch (1 on JAX).
      ...(l1 === 0 ? [] : [tf.mul(l1, tf.sum(tf.mul(variable, tf.sign(variable))))]),
      ...(l2 === 0 ? [] : [tf.mul(l2, tf.sum(tf.square(variable)))]),
    ];
    return parts.length === 0 ? sum : tf.add(sum, tf.addN(parts));
  }, loss);
}

/** Makes each weight what is asked of it, after an update. Keras 3, constraints.py, with axis 0. */
export function constrain(all: ReturnType<typeof ruled>): void {
  for (const { variable, rule } of all) {
    if (rule.constraint !== 'none') {
      tf.tidy(() => variable.assign(constrained(variable, rule)));
    }
  }
}

function constrained(variable: tf.Variable, { constraint, limit }: WeightRule): tf.Tensor {
  if (constraint === 'nonNeg') return tf.relu(variable);
  const norms = tf.sqrt(tf.sum(tf.square(variable), 0, true));
  if (constraint === 'unitNorm') return tf.div(variable, tf.add(norms, EPSILON));
  return tf.mul(variable, tf.div(tf.clipByValue(norms, 0, limit), tf.add(norms, EPSILON)));
}
