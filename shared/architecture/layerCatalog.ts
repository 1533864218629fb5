import { z } from 'zod';
import { dense } from './layers/dense';
import type { LayerDefinition, Shape, WeightPlan } from './layers/definition';

/** The only list of layer kinds: a new kind is one file and one line here. */
export const layerCatalog = {
  dense,
};

export type LayerKind = keyof typeof layerCatalog;
/** A layer as the user made it. */
export type LayerSpec = z.infer<(typeof layerCatalog)[LayerKind]['schema']>;

const schemas = Object.values(layerCatalog).map(({ schema }) => schema);
type Schemas = [(typeof schemas)[number], ...typeof schemas];
export const layerSpecSchema = z.discriminatedUnion('kind', schemas as Schemas);

function definitionOf(spec: LayerSpec): LayerDefinition<z.ZodObject> {
  return layerCatalog[spec.kind] as unknown as LayerDefinition<z.ZodObject>;
}

/** @param inputs shapes without the batch axis, in call order */
export function outputShape(
  spec: LayerSpec,
  inputs: readonly Shape[],
): Shape | { readonly problem: string } {
  return definitionOf(spec).outputShape(spec, inputs);
}

/** Weights in Keras' order, as the layer creates them when first called on such inputs. */
export function weightsOf(spec: LayerSpec, inputs: readonly Shape[]): readonly WeightPlan[] {
  return definitionOf(spec).weights(spec, inputs);
}
