import { z } from 'zod';
import type { LayerPart } from './parts';
import type { WeightRule } from './weightRules';
import type { InitialiserKind } from '../initialisers';

/** Lengths without the batch axis. */
export type Shape = readonly number[];

/** Where the palette shows a kind. */
export const layerGroups = [
  'Core',
  'Convolution',
  'Pooling',
  'Recurrent',
  'Attention',
  'Normalisation',
  'Shape',
  'Merge',
] as const;
export type LayerGroup = (typeof layerGroups)[number];

/** One weight tensor of a layer. `role` is its Keras name; roles come in Keras' order. */
export interface WeightPlan {
  readonly role: string;
  readonly shape: Shape;
  readonly initialiser: InitialiserKind;
  /** The layer's own seed; null draws as the run's regime says. */
  readonly seed: number | null;
  readonly isTrainable: boolean;
  /** A regulariser or constraint of it. */
  readonly rule?: WeightRule;
}

/** A shape, or a sentence if the inputs do not fit. */
export type ShapeOrProblem = Shape | { readonly problem: string };

/**
 * Where the mask of a layer's value comes from: made from its input, the one of its (first) input, all of its inputs,
 * of which each must have one, or those that have one. Source: Keras 3, compute_mask of each layer.
 */
export type MaskWay = 'made' | 'passed' | 'all' | 'any' | 'none';

/**
 * All that the app knows of a layer kind: its fields, its shape rule and its weights. A kind and its
 * fields have the names of the library's factory and options (`tf.layers.conv2d({filters, …})`), so
 * that creating a layer needs no code of its own; fields `…Initialiser` are the library's `…Initializer`,
 * and `…Seed` is its seed.
 */
export interface LayerDefinition<Schema extends z.ZodObject> {
  /** The name of the class in Keras, which people know. */
  readonly label: string;
  readonly group: LayerGroup;
  /** One line for the palette. */
  readonly summary: string;
  /** Fields that a new layer on such an input needs and for which the schema has no default. */
  readonly starter: (input: Shape) => object;
  /** What TensorFlow.js must be told besides the fields, to compute the same. */
  readonly tfjsOptions?: Readonly<Record<string, string>>;
  /** Whether it computes something else in training, so that it is told. */
  readonly differsInTraining?: true;
  /** Whether it draws random numbers in training; it has a `seed` of its own then. */
  readonly draws?: true | ((spec: z.infer<Schema>) => boolean);
  /** Names of its inputs in Keras, where they are arguments of their own. */
  readonly inputNames?: readonly string[];
  /** Fields that Keras is given when the layer is called, not when it is made. */
  readonly callFields?: readonly string[];
  /** The layer that it wraps, whose fields are among its own, and those that are the wrapper's. */
  readonly inner?: (spec: z.infer<Schema>) => object;
  readonly wrapperFields?: readonly string[];
  /** Shapes of the inputs of that layer, where they are others; its weights have its own names then. */
  readonly innerInputs?: (inputs: readonly Shape[]) => readonly Shape[];
  /** Layers within it that have its weights. */
  readonly parts?: readonly LayerPart[];
  /** What becomes of masks of its inputs; without it they end here. */
  readonly mask?: (spec: z.infer<Schema>) => MaskWay;
  /** Whether it computes something else on inputs with masks. */
  readonly usesMasks?: true;
  /**
   * Whether values that it was called on have no mask any more for calls after it in a Model subclass: Keras 3 takes it
   * off the tensor itself, which a Functional, whose masks are known when it is made, does not notice.
   */
  readonly takesMasks?: true;
  /** Why it cannot take an input with a mask. */
  readonly refusesMasks?: string;
  /** Fields that are called otherwise in TensorFlow.js. */
  readonly tfjsNames?: Readonly<Record<string, string>>;
  /** Fields with two numbers for each axis, which both libraries take as pairs. */
  readonly pairs?: readonly string[];
  /** Fields whose default in Keras or TensorFlow.js is different or missing. */
  readonly alwaysWritten?: readonly string[];
  readonly schema: Schema;
  readonly outputShape: (spec: z.infer<Schema>, inputs: readonly Shape[]) => ShapeOrProblem;
  readonly weights: (spec: z.infer<Schema>, inputs: readonly Shape[]) => readonly WeightPlan[];
}

/** Checks a definition against the type of its own schema. */
export function defineLayer<Schema extends z.ZodObject>(
  definition: LayerDefinition<Schema>,
): LayerDefinition<Schema> {
  return definition;
}

/** Two by two: what each axis has before and behind it. */
export function pairsOf(values: readonly number[]): readonly (readonly number[])[] {
  return values.flatMap((value, at) => (at % 2 === 0 ? [[value, values[at + 1] ?? 0]] : []));
}

/**
 * Of layers with weights: whether a step changes them. A normalisation by batches that is not trained uses its
 * moving statistics and leaves them as they are, as in Keras.
 */
export const trainableField = { trainable: z.boolean().default(true) };

/** Ids are the user's own names: they align weights across styles, so they must be plain. */
export const layerId = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);

export function weight(
  role: string,
  shape: Shape,
  initialiser: InitialiserKind,
  seed: number | null = null,
): WeightPlan {
  return { role, shape, initialiser, seed, isTrainable: true };
}

/** A statistic that the forward pass itself updates. */
export function movingWeight(role: string, shape: Shape, initialiser: InitialiserKind): WeightPlan {
  return { role, shape, initialiser, seed: null, isTrainable: false };
}

/** The rule of layers that keep the shape of their one input. */
export function sameShape(_spec: unknown, [input]: readonly Shape[]): ShapeOrProblem {
  return input ?? { problem: 'It has no input.' };
}

export const passesMask = (): MaskWay => 'passed';

export const nothingNeeded = () => ({});

export const noWeights = () => [];
