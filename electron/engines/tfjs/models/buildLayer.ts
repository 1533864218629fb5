import * as tf from '@tensorflow/tfjs-node-gpu';
import { roleOfInitialiser } from '../../../../shared/architecture/initialiserSeed';
import type { InitialiserKind } from '../../../../shared/architecture/initialisers';
import {
  definitionOf,
  innerLayer,
  type LayerKind,
  type LayerSpec,
} from '../../../../shared/architecture/layerCatalog';
import { pairsOf, type Shape } from '../../../../shared/architecture/layers/definition';
import { AxisSoftmax } from './axisSoftmax';
import { BilinearUpSampling } from './bilinearUpSampling';
import { Bidirectional } from './bidirectional';
import { DrawingLayer, type DrawingSpec } from './drawingLayer';
import type { DropoutSeeds } from './dropoutSeeds';
import { withMasks } from './maskedCalls';
import { Masking } from './masking';
import { MultiHeadAttention } from './multiHeadAttention';
import { Normalization } from './normalization';
import { ResetAfterGru } from './resetAfterGru';
import { Subtract } from './subtract';
import { TimeDistributed } from './timeDistributed';
import type { InitialiserFor } from './initialiserSeeds';

/** Where a model's layers get their random numbers from. */
export interface RandomSources {
  readonly initialiserFor: InitialiserFor;
  readonly dropoutSeeds: DropoutSeeds;
}

type Options = Record<string, unknown>;
const factories = tf.layers as unknown as Readonly<
  Record<LayerKind, (options: Options) => tf.layers.Layer>
>;

/**
 * Makes the library's layer from our spec: kinds name its factories and fields its options, by the
 * catalogue's convention.
 *
 * @param inputShape given to the first layer of a Sequential only
 */
export function buildLayer(
  spec: LayerSpec,
  sources: RandomSources,
  inputShape?: Shape,
): tf.layers.Layer {
  const layer = madeLayer(spec, sources, inputShape);
  layerIds.set(layer, spec.id);
  return layer;
}

/** The user's id of each layer; the library's own names come from process-wide counters. */
export const layerIds = new WeakMap<tf.layers.Layer, string>();

function madeLayer(
  spec: LayerSpec,
  { initialiserFor, dropoutSeeds }: RandomSources,
  inputShape?: Shape,
): tf.layers.Layer {
  const place = inputShape === undefined ? {} : { inputShape: [...inputShape] };
  if (spec.kind === 'timeDistributed') {
    const inner = madeLayer(innerLayer(spec) as LayerSpec, { initialiserFor, dropoutSeeds });
    return new TimeDistributed(inner, place);
  }
  if (spec.kind === 'bidirectional') {
    return bothDirections(spec, { initialiserFor, dropoutSeeds }, place);
  }
  const { id, kind, ...fields } = spec;
  const options: Options = { ...place };
  const values = fields as Readonly<Record<string, unknown>>;
  const { tfjsNames = {}, pairs = [] } = definitionOf(kind);
  for (const [field, value] of Object.entries(values)) {
    // Regularisers and constraints are the training step's, alike for every class of layers.
    if (field === 'seed' || field.endsWith('Seed') || field === 'weightRules') continue;
    if (!field.endsWith('Initialiser')) {
      options[tfjsNames[field] ?? field] = pairs.includes(field)
        ? pairsOf(value as number[])
        : value;
      continue;
    }
    const weight = field.slice(0, -'Initialiser'.length);
    options[`${weight}Initializer`] = initialiserFor(
      value as InitialiserKind,
      id,
      roleOfInitialiser(field),
      (values[`${weight}Seed`] as number | null | undefined) ?? null,
    );
  }
  if (isDrawing(spec)) {
    return new DrawingLayer(spec, place, dropoutSeeds);
  }
  if (spec.kind === 'multiHeadAttention') {
    const own = options as unknown as ConstructorParameters<typeof MultiHeadAttention>[1];
    return new MultiHeadAttention(spec, own, dropoutSeeds);
  }
  if (spec.kind === 'softmax') return new AxisSoftmax(options as { axis: number });
  if (spec.kind === 'upSampling2d' && spec.interpolation === 'bilinear') {
    return new BilinearUpSampling(options as { size: number[] });
  }
  if (spec.kind === 'normalization') {
    return new Normalization(options as unknown as ConstructorParameters<typeof Normalization>[0]);
  }
  if (spec.kind === 'masking') {
    return new Masking(options as unknown as ConstructorParameters<typeof Masking>[0]);
  }
  if (spec.kind === 'subtract') return new Subtract(options);
  if (spec.kind === 'gru' && spec.resetAfter) {
    return new ResetAfterGru(options as unknown as ConstructorParameters<typeof ResetAfterGru>[0]);
  }
  const layer = withMasks(spec, factories[kind](options));
  return spec.kind === 'batchNormalization' && !spec.trainable ? asInInference(layer) : layer;
}

function bothDirections(
  spec: Extract<LayerSpec, { readonly kind: 'bidirectional' }>,
  sources: RandomSources,
  place: { readonly inputShape?: number[] },
): tf.layers.Layer {
  const inner = innerLayer(spec) as LayerSpec;
  const both = { forward: madeLayer(inner, sources), backward: madeLayer(inner, sources) };
  return new Bidirectional(both, spec.mergeMode, spec.returnSequences, place);
}

/** Attention, which draws if it drops, is a class of its own. */
function isDrawing(spec: LayerSpec): spec is DrawingSpec {
  return definitionOf(spec.kind).draws === true;
}

/** The library would go on to use and to move the statistics of batches. */
function asInInference(layer: tf.layers.Layer): tf.layers.Layer {
  const call = layer.call.bind(layer);
  layer.call = (inputs, options) => call(inputs, { ...options, training: false });
  return layer;
}
