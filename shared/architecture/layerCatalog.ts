import { z } from 'zod';
import { activation } from './layers/activation';
import { add } from './layers/add';
import { averagePooling1d } from './layers/averagePooling1d';
import { averagePooling2d } from './layers/averagePooling2d';
import { batchNormalization } from './layers/batchNormalization';
import { concatenate } from './layers/concatenate';
import { conv1d } from './layers/conv1d';
import { conv2d } from './layers/conv2d';
import { dense } from './layers/dense';
import { depthwiseConv2d } from './layers/depthwiseConv2d';
import { dropout } from './layers/dropout';
import { embedding } from './layers/embedding';
import { flatten } from './layers/flatten';
import { globalAveragePooling1d } from './layers/globalAveragePooling1d';
import { globalAveragePooling2d } from './layers/globalAveragePooling2d';
import { gru } from './layers/gru';
import { layerNormalization } from './layers/layerNormalization';
import { lstm } from './layers/lstm';
import { maxPooling1d } from './layers/maxPooling1d';
import { maxPooling2d } from './layers/maxPooling2d';
import { reshape } from './layers/reshape';
import type { LayerDefinition, Shape, ShapeOrProblem, WeightPlan } from './layers/definition';

/** The only list of layer kinds: a new kind is one file and one line here. */
export const layerCatalog = {
  dense,
  conv1d,
  conv2d,
  depthwiseConv2d,
  maxPooling1d,
  maxPooling2d,
  averagePooling1d,
  averagePooling2d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  flatten,
  reshape,
  dropout,
  batchNormalization,
  layerNormalization,
  embedding,
  lstm,
  gru,
  activation,
  add,
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

/** @param inputs shapes without the batch axis, in call order */
export function outputShape(spec: LayerSpec, inputs: readonly Shape[]): ShapeOrProblem {
  return definitionOf(spec.kind).outputShape(spec, inputs);
}

/** Weights in Keras' order, as the layer creates them when first called on such inputs. */
export function weightsOf(spec: LayerSpec, inputs: readonly Shape[]): readonly WeightPlan[] {
  return definitionOf(spec.kind).weights(spec, inputs);
}
