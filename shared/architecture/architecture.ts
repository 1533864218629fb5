import { z } from 'zod';
import { layerSpecSchema, type LayerSpec } from './layerCatalog';

export const styles = ['sequential', 'functional', 'subclass'] as const;
/**
 * The ways to write one network. It is compared in two of them: a stack as Sequential and as Model subclass, any other
 * graph as Functional and as Model subclass.
 */
export type Style = (typeof styles)[number];
/** As they are named to the user. */
export const styleNames: Readonly<Record<Style, string>> = {
  sequential: 'Sequential',
  functional: 'Functional',
  subclass: 'Model subclass',
};

/** The name of the model's input in a call graph, if there is one. */
export const INPUT = 'input';

/** Lengths of a row's axes, without the batch axis. */
export const inputShapeSchema = z.array(z.int().min(1).max(1_048_576)).min(1).max(4);

const sequential = z.strictObject({
  style: z.literal('sequential'),
  inputShape: inputShapeSchema,
  layers: z.array(layerSpecSchema).max(1_000),
});

/** One line of `call`: `name = layer(inputs…)`. */
export const layerCall = z.strictObject({
  name: z.string().min(1).max(64),
  layer: z.string().min(1).max(64),
  inputs: z.array(z.string().min(1).max(64)).max(64),
});

/** One of several inputs. */
export const namedInput = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/),
  shape: inputShapeSchema,
});

const graph = {
  inputShape: inputShapeSchema,
  /** Several inputs, whose numbers follow one another in a row of the data; `inputShape` is their number then. */
  inputs: z.array(namedInput).min(2).max(64).exactOptional(),
  members: z.array(layerSpecSchema).max(1_000),
  calls: z.array(layerCall).max(4_000),
};
/** Calls on symbolic tensors make the layers' weights when the model is constructed. */
const functional = z.strictObject({ style: z.literal('functional'), ...graph });
/** Calls make the weights when the model is first called. */
const subclass = z.strictObject({ style: z.literal('subclass'), ...graph });

/**
 * Schema of a project file's architecture. An unfinished one is not an error here, so that it can be
 * saved; `forwardPlan` says whether it makes sense.
 */
export const architectureSchema = z.discriminatedUnion('style', [sequential, functional, subclass]);

export type SequentialArchitecture = z.infer<typeof sequential>;
export type FunctionalArchitecture = z.infer<typeof functional>;
export type SubclassArchitecture = z.infer<typeof subclass>;
/** Written as calls, in either way. */
export type GraphArchitecture = FunctionalArchitecture | SubclassArchitecture;
export type LayerCall = z.infer<typeof layerCall>;
export type Architecture = SequentialArchitecture | GraphArchitecture;

export function layersOf(architecture: Architecture): readonly LayerSpec[] {
  return architecture.style === 'sequential' ? architecture.layers : architecture.members;
}

/** The same network as a Model subclass; of a stack the members in order, called one after the other. */
export function asSubclass(architecture: Architecture): SubclassArchitecture {
  if (architecture.style !== 'sequential') return { ...architecture, style: 'subclass' };
  return {
    style: 'subclass',
    inputShape: architecture.inputShape,
    members: architecture.layers,
    calls: architecture.layers.map((layer, index) => ({
      name: layer.id,
      layer: layer.id,
      inputs: [architecture.layers[index - 1]?.id ?? INPUT],
    })),
  };
}
