import type { z } from 'zod';
import type { InitialiserKind } from '../initialisers';

/** Lengths without the batch axis. */
export type Shape = readonly number[];

/** One weight tensor of a layer. `role` is its Keras name; roles come in Keras' order. */
export interface WeightPlan {
  readonly role: string;
  readonly shape: Shape;
  readonly initialiser: InitialiserKind;
  readonly isTrainable: boolean;
}

/**
 * All that the app knows of a layer kind: its fields, its shape rule and its weights. The shape
 * rule answers a sentence where the inputs do not fit.
 */
export interface LayerDefinition<Schema extends z.ZodObject> {
  readonly label: string;
  readonly schema: Schema;
  readonly outputShape: (
    spec: z.infer<Schema>,
    inputs: readonly Shape[],
  ) => Shape | { readonly problem: string };
  readonly weights: (spec: z.infer<Schema>, inputs: readonly Shape[]) => readonly WeightPlan[];
}

/** Holds a definition to its own schema's type. */
export function defineLayer<Schema extends z.ZodObject>(
  definition: LayerDefinition<Schema>,
): LayerDefinition<Schema> {
  return definition;
}

/** Ids are the user's own names: they align weights across styles, so they must be plain. */
export const layerIdPattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
