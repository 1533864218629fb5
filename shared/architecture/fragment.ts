import { z } from 'zod';
import {
  asSubclass,
  layerCall,
  type Architecture,
  type SequentialArchitecture,
  type SubclassArchitecture,
} from './architecture';
import { freshName, inserted, takenNames } from './edits';
import { inputsOf } from './inputs';
import { layerSpecSchema, type LayerSpec } from './layerCatalog';

/** Layers and the calls between them, as the clipboard carries them from one network to another. */
export const fragmentSchema = z.strictObject({
  twintrain: z.literal('layers'),
  layers: z.array(layerSpecSchema).min(1).max(1_000),
  calls: z.array(layerCall).min(1).max(4_000),
});
export type Fragment = z.infer<typeof fragmentSchema>;

/** @param names layer ids of a stack, names of calls of a graph; @returns null if there are none */
export function fragmentOf(
  architecture: Architecture,
  names: ReadonlySet<string>,
): Fragment | null {
  const graph =
    architecture.style !== 'sequential'
      ? architecture
      : asSubclass({
          ...architecture,
          layers: architecture.layers.filter(({ id }) => names.has(id)),
        });
  const calls = graph.calls.filter(({ name }) => names.has(name));
  const used = new Set(calls.map(({ layer }) => layer));
  const layers = graph.members.filter(({ id }) => used.has(id));
  return calls.length === 0 ? null : { twintrain: 'layers', layers, calls };
}

/** Pastes copies of the layers into a stack before `index`, under new ids. */
export function pastedInStack(
  stack: SequentialArchitecture,
  index: number,
  { layers, calls }: Fragment,
): { readonly architecture: SequentialArchitecture; readonly names: readonly string[] } {
  const order = [...new Set(calls.map(({ layer }) => layer))];
  const inOrder = order.flatMap((id) => layers.find((own) => own.id === id) ?? []);
  const ids = freshNames(order, takenNames(stack));
  const copies = inOrder.map((layer): LayerSpec => ({ ...layer, id: ids.get(layer.id) as string }));
  return {
    architecture: inserted(stack, index, copies),
    names: copies.map(({ id }) => id),
  };
}

/**
 * Pastes copies of members and calls under new names. An input from outside the fragment is kept
 * if the graph has a value of that name.
 */
export function pastedInGraph(
  graph: SubclassArchitecture,
  { layers, calls }: Fragment,
): { readonly architecture: SubclassArchitecture; readonly names: readonly string[] } {
  const values = takenNames(graph);
  const ids = freshNames(
    layers.map(({ id }) => id),
    values,
  );
  const own = new Map<string, string>();
  const taken = new Set([...values, ...ids.values()]);
  for (const { name, layer } of calls) {
    // A call that had its layer's name gets the copy's name.
    const copy = name === layer ? (ids.get(layer) as string) : freshName(name, taken);
    taken.add(copy);
    own.set(name, copy);
  }
  const made = new Set([
    ...inputsOf(graph).map(({ name }) => name),
    ...graph.calls.map(({ name }) => name),
  ]);
  const copies = calls.map(({ name, layer, inputs }) => ({
    name: own.get(name) as string,
    layer: ids.get(layer) ?? layer,
    inputs: inputs.flatMap((input) => own.get(input) ?? (made.has(input) ? input : [])),
  }));
  return {
    architecture: {
      ...graph,
      members: [
        ...graph.members,
        ...layers.map((layer): LayerSpec => ({ ...layer, id: ids.get(layer.id) as string })),
      ],
      calls: [...graph.calls, ...copies],
    },
    names: copies.map(({ name }) => name),
  };
}

function freshNames(
  wanted: readonly string[],
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const all = new Set(taken);
  return new Map(
    wanted.map((name) => {
      const own = all.has(name) ? freshName(name, all) : name;
      all.add(own);
      return [name, own];
    }),
  );
}
