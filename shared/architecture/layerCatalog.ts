import { z } from 'zod';
import { activation } from './layers/activation';
import { add } from './layers/add';
import { average } from './layers/average';
import { averagePooling1d } from './layers/averagePooling1d';
import { averagePooling2d } from './layers/averagePooling2d';
import { batchNormalization } from './layers/batchNormalization';
import { bidirectional } from './layers/bidirectional';
import { concatenate } from './layers/concatenate';
import { conv1d } from './layers/conv1d';
import { conv2d } from './layers/conv2d';
import { conv2dTranspose } from './layers/conv2dTranspose';
import { dense } from './layers/dense';
import { depthwiseConv2d } from './layers/depthwiseConv2d';
import { dropout } from './layers/dropout';
import { embedding } from './layers/embedding';
import { flatten } from './layers/flatten';
import { gaussianDropout } from './layers/gaussianDropout';
import { gaussianNoise } from './layers/gaussianNoise';
import { globalAveragePooling1d } from './layers/globalAveragePooling1d';
import { globalAveragePooling2d } from './layers/globalAveragePooling2d';
import { globalMaxPooling1d } from './layers/globalMaxPooling1d';
import { globalMaxPooling2d } from './layers/globalMaxPooling2d';
import { gru } from './layers/gru';
import { layerNormalization } from './layers/layerNormalization';
import { leakyReLU } from './layers/leakyReLU';
import { lstm } from './layers/lstm';
import { masking } from './layers/masking';
import { maxPooling1d } from './layers/maxPooling1d';
import { maxPooling2d } from './layers/maxPooling2d';
import { maximum } from './layers/maximum';
import { minimum } from './layers/minimum';
import { multiHeadAttention } from './layers/multiHeadAttention';
import { multiply } from './layers/multiply';
import { normalization } from './layers/normalization';
import { permute } from './layers/permute';
import { prelu } from './layers/prelu';
import { repeatVector } from './layers/repeatVector';
import { rescaling } from './layers/rescaling';
import { reshape } from './layers/reshape';
import { separableConv2d } from './layers/separableConv2d';
import { softmax } from './layers/softmax';
import { spatialDropout1d } from './layers/spatialDropout1d';
import { spatialDropout2d } from './layers/spatialDropout2d';
import { subtract } from './layers/subtract';
import { timeDistributed } from './layers/timeDistributed';
import { upSampling2d } from './layers/upSampling2d';
import { zeroPadding2d } from './layers/zeroPadding2d';
import { roleInPart } from './layers/parts';
import { ruleOf } from './layers/weightRules';
import type {
  LayerDefinition,
  MaskWay,
  Shape,
  ShapeOrProblem,
  WeightPlan,
} from './layers/definition';

/** The only list of layer kinds: a new kind is one file and one line here. */
export const layerCatalog = {
  dense,
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  separableConv2d,
  maxPooling1d,
  maxPooling2d,
  averagePooling1d,
  averagePooling2d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  flatten,
  reshape,
  permute,
  repeatVector,
  zeroPadding2d,
  upSampling2d,
  dropout,
  spatialDropout1d,
  spatialDropout2d,
  gaussianDropout,
  gaussianNoise,
  batchNormalization,
  layerNormalization,
  normalization,
  rescaling,
  embedding,
  masking,
  lstm,
  gru,
  bidirectional,
  timeDistributed,
  multiHeadAttention,
  activation,
  leakyReLU,
  prelu,
  softmax,
  add,
  subtract,
  multiply,
  average,
  maximum,
  minimum,
  concatenate,
};

export type LayerKind = keyof typeof layerCatalog;
/** A layer as the user defined it. */
export type LayerSpec = z.infer<(typeof layerCatalog)[LayerKind]['schema']>;

const schemas = Object.values(layerCatalog).map(({ schema }) => schema);
type Schemas = [(typeof schemas)[number], ...typeof schemas];
export const layerSpecSchema = z.discriminatedUnion('kind', schemas as Schemas);

/** A kind's definition, if the kind is only known at run time. */
export function definitionOf(kind: LayerKind): LayerDefinition<z.ZodObject> {
  return layerCatalog[kind] as unknown as LayerDefinition<z.ZodObject>;
}

/** The layer that a layer wraps, with the same id; null if it wraps none. */
export function innerLayer(spec: LayerSpec): LayerSpec | null {
  const { inner } = definitionOf(spec.kind);
  return inner === undefined ? null : (inner(spec) as LayerSpec);
}

/** As people know it: `Dense`, `TimeDistributed Dense`. */
export function labelOf(spec: LayerSpec): string {
  const { label } = definitionOf(spec.kind);
  return spec.kind === 'timeDistributed'
    ? `${label} ${definitionOf(spec.layer.kind).label}`
    : label;
}

/** Whether it draws random numbers in training. */
export function drawsNumbers(spec: LayerSpec): boolean {
  const { draws = false } = definitionOf(spec.kind);
  return typeof draws === 'function' ? draws(spec) : draws;
}

/** What a mask is to someone who makes them: of tensors, of operations in a file, of facts. */
export interface MaskMaking<Mask> {
  /** Of the layer's own input. */
  readonly made: () => Mask;
  /** Where any of these counts. */
  readonly anyOf: (masks: readonly Mask[]) => Mask;
  /** Everything counts. @param like a mask of that shape */
  readonly always: (like: Mask) => Mask;
}

/** The mask of a layer's value by those of its inputs; null for none. Source: Keras 3, `compute_mask` of each layer. */
export function maskAfter<Mask>(
  spec: LayerSpec,
  masks: readonly (Mask | null)[],
  { made, anyOf, always }: MaskMaking<Mask>,
): Mask | null {
  const present = masks.filter((own) => own !== null);
  const [first] = present;
  const way = maskWayOf(spec);
  switch (way) {
    case 'made':
      return made();
    case 'passed':
      return masks[0] ?? null;
    case 'all':
    case 'any':
      if (first === undefined) return null;
      if (present.length === masks.length) return anyOf(present);
      // All of an input without a mask counts.
      return way === 'all' ? null : always(first);
    case 'none':
      return null;
  }
}

export function maskWayOf(spec: LayerSpec): MaskWay {
  return definitionOf(spec.kind).mask?.(spec) ?? 'none';
}

/** Whether its value has a mask, by which of its inputs have one. */
export function masksValue(spec: LayerSpec, inputMasks: readonly boolean[]): boolean {
  const yes = () => true;
  const masks = inputMasks.map((own) => (own ? true : null));
  return maskAfter<boolean>(spec, masks, { made: yes, anyOf: yes, always: yes }) !== null;
}

/** @param inputs shapes without the batch axis, in call order */
export function outputShape(spec: LayerSpec, inputs: readonly Shape[]): ShapeOrProblem {
  return definitionOf(spec.kind).outputShape(spec, inputs);
}

/** Weights in Keras' order, as the layer creates them when first called on such inputs. */
export function weightsOf(spec: LayerSpec, inputs: readonly Shape[]): readonly WeightPlan[] {
  const { weights: planned, parts = [], innerInputs } = definitionOf(spec.kind);
  const inner = innerLayer(spec);
  if (inner !== null && innerInputs !== undefined) return weightsOf(inner, innerInputs(inputs));
  const weights = planned(spec, inputs).map((own) => {
    const rule = ruleOf(spec, roleInPart(parts, own.role));
    return rule === null ? own : { ...own, rule };
  });
  const isFrozen = 'trainable' in spec && !spec.trainable;
  return isFrozen ? weights.map((own) => ({ ...own, isTrainable: false })) : weights;
}
