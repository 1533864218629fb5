import * as tf from '@tensorflow/tfjs-node-gpu';
import type { LayerSpec } from '../../../../shared/architecture/layerCatalog';
import { maskNumbers, type Mask } from './masks';

interface Options {
  readonly training?: boolean;
  readonly mask?: Mask | readonly Mask[];
}

/** What the library computes without masks, and Keras with them. */
type MaskedCall = (
  inputs: readonly tf.Tensor[],
  masks: readonly Mask[],
  options: Options,
  layer: tf.layers.Layer,
) => tf.Tensor | null;

/** Teaches a layer of the library what Keras does with masks; others are left as they are. */
export function withMasks(spec: LayerSpec, layer: tf.layers.Layer): tf.layers.Layer {
  const masked = maskedCallOf(spec);
  if (masked === null) return layer;
  const call = layer.call.bind(layer);
  layer.call = (inputs, options: Options) => {
    const { mask = null } = options;
    if (mask === null) return call(inputs, options);
    const values = Array.isArray(inputs) ? inputs : [inputs];
    const masks = Array.isArray(mask) ? (mask as readonly Mask[]) : [mask as Mask];
    return masked(values, masks, options, layer) ?? call(inputs, options);
  };
  return layer;
}

function maskedCallOf(spec: LayerSpec): MaskedCall | null {
  switch (spec.kind) {
    case 'globalAveragePooling1d':
      return meanOfCounted;
    case 'multiply':
      return product;
    case 'maximum':
      return (inputs, masks) => outermost(inputs, masks, tf.maximum);
    case 'minimum':
      return (inputs, masks) => outermost(inputs, masks, tf.minimum);
    case 'batchNormalization':
      return spec.trainable ? normalised(spec) : null;
    default:
      return null;
  }
}

/** Source: Keras 3, global_average_pooling1d.py. [batch, steps, channels] -> [batch, channels] */
function meanOfCounted([x]: readonly tf.Tensor[], [mask]: readonly Mask[]): tf.Tensor {
  const counted = maskNumbers(mask as tf.Tensor);
  return tf.div(tf.sum(tf.mul(x as tf.Tensor, counted), 1), tf.sum(counted, 1));
}

/** Masked numbers are 1, those masked everywhere 0. Source: Keras 3, merging/multiply.py. */
function product(inputs: readonly tf.Tensor[], masks: readonly Mask[]): tf.Tensor {
  const factors = inputs.map((x, at) => {
    const mask = masks[at] ?? null;
    return mask === null ? x : tf.where(tf.expandDims(mask, -1), x, tf.onesLike(x));
  });
  const all = factors.reduce((before, own) => tf.mul(before, own));
  if (masks.includes(null)) return all;
  const counted = masks.reduce((before, own) =>
    tf.logicalOr(before as tf.Tensor, own as tf.Tensor),
  );
  return tf.mul(all, maskNumbers(counted as tf.Tensor));
}

/** A masked number gives way to the other. Source: Keras 3, merging/base_merge.py. */
function outermost(
  [head, ...others]: readonly tf.Tensor[],
  [headMask = null, ...masks]: readonly Mask[],
  operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  let [all, allMask] = [head as tf.Tensor, headMask];
  others.forEach((x, at) => {
    const mask = masks[at] ?? null;
    const other = mask === null ? x : tf.where(tf.expandDims(mask, -1), x, all);
    if (allMask !== null) all = tf.where(tf.expandDims(allMask, -1), all, other);
    allMask = mask !== null && allMask !== null ? tf.logicalOr(allMask, mask) : null;
    all = operation(all, other);
  });
  return all;
}

interface Variables {
  readonly gamma?: tf.LayerVariable;
  readonly beta?: tf.LayerVariable;
  readonly movingMean: tf.LayerVariable;
  readonly movingVariance: tf.LayerVariable;
}

/** Against a division by 0. Source: Keras 3, backend.epsilon(). */
const NOTHING = 1e-7;

/** In training, by the mean and variance of what counts. Source: Keras 3, batch_normalization.py, _moments. */
function normalised({
  epsilon,
  momentum,
}: Extract<LayerSpec, { readonly kind: 'batchNormalization' }>): MaskedCall {
  return ([input], [mask], { training }, layer) => {
    if (training !== true) return null;
    const x = input as tf.Tensor;
    const axes = x.shape.map((_, axis) => axis).slice(0, -1);
    const counted = maskNumbers(mask as tf.Tensor);
    const weight = tf.add(tf.sum(counted, axes, true), NOTHING);
    const mean = tf.div(tf.sum(tf.mul(counted, x), axes, true), weight);
    const distance = tf.sub(x, mean);
    const variance = tf.div(tf.sum(tf.mul(counted, tf.square(distance)), axes, true), weight);
    const { gamma, beta, movingMean, movingVariance } = layer as unknown as Variables;
    const move = (variable: tf.LayerVariable, value: tf.Tensor) => {
      const before = variable.read();
      const own = tf.reshape(value, before.shape);
      variable.write(tf.sub(before, tf.mul(tf.sub(before, own), 1 - momentum)));
    };
    move(movingMean, mean);
    move(movingVariance, variance);
    const scaled = tf.div(distance, tf.sqrt(tf.add(variance, epsilon)));
    const stretched = gamma === undefined ? scaled : tf.mul(scaled, gamma.read());
    return beta === undefined ? stretched : tf.add(stretched, beta.read());
  };
}
