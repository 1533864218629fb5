import * as tf from '@tensorflow/tfjs-node-gpu';
import { maskAfter, type LayerSpec } from '../../../../shared/architecture/layerCatalog';

/** Which steps count: bool [batch, steps, ...], one axis less than the value; null where all do. */
export type Mask = tf.Tensor | null;

/**
 * The mask of a layer's value.
 * @param inputs the layer's own
 * @param masks of its inputs
 */
export function maskOf(
  spec: LayerSpec,
  inputs: readonly tf.Tensor[],
  masks: readonly Mask[],
): Mask {
  return maskAfter(spec, masks, {
    made: () => madeMask(spec, inputs[0] as tf.Tensor),
    anyOf: (present) => withoutGradient(() => anyOf(present)),
    always: (like) => withoutGradient(() => tf.onesLike(like)),
  });
}

/** Made of no value, as far as the library knows: its logical operations have no gradients. */
function withoutGradient(make: () => tf.Tensor): tf.Tensor {
  return tf.customGrad(() => ({ value: make(), gradFunc: () => [] }))() as tf.Tensor;
}

function madeMask(spec: LayerSpec, x: tf.Tensor): tf.Tensor {
  return spec.kind === 'masking'
    ? countedSteps(x, spec.maskValue)
    : withoutGradient(() => tf.notEqual(x, 0));
}

/** [batch, steps, ..., features] -> bool [batch, steps, ...]: whether any feature is another number. */
export function countedSteps(x: tf.Tensor, maskValue: number): tf.Tensor {
  return withoutGradient(() => tf.any(tf.notEqual(x, maskValue), -1));
}

function anyOf(masks: readonly tf.Tensor[]): tf.Tensor {
  return masks.reduce((all, own) => tf.logicalOr(all, own));
}

/** A mask as 1 and 0 with an axis for the features: float32 [batch, steps, ..., 1]. */
export function maskNumbers(mask: tf.Tensor): tf.Tensor {
  return tf.cast(tf.expandDims(mask, -1), 'float32');
}
