import { fieldProblem } from '../lib/issueText';
import {
  layersOf,
  type Architecture,
  type LayerCall,
  type SequentialArchitecture,
  type SubclassArchitecture,
} from './architecture';
import { inputsOf } from './inputs';
import { layerCatalog, layerSpecSchema, type LayerKind, type LayerSpec } from './layerCatalog';
import type { Shape } from './layers/definition';

/**
 * The builder's edits of an architecture: pure functions, old -> new. They keep a call graph in an
 * order in which every value is made before it is used, and never refuse an unfinished network.
 */

/** A layer of a kind with all that it needs, under an unused id. */
export function newLayer(kind: LayerKind, architecture: Architecture, input: Shape): LayerSpec {
  const id = freshName(kind, takenNames(architecture));
  return layerSpecSchema.parse({ id, kind, ...layerCatalog[kind].starter(input) });
}

/** The name with its number, if any, replaced by the first free one from 1 on: dense -> dense1. */
export function freshName(wanted: string, taken: ReadonlySet<string>): string {
  const stem = wanted.replace(/\d+$/, '').slice(0, 56);
  for (let number = 1; ; number++) {
    const name = `${stem}${number}`;
    if (!taken.has(name)) return name;
  }
}

export function takenNames(architecture: Architecture): Set<string> {
  return new Set([
    ...inputsOf(architecture).map(({ name }) => name),
    ...layersOf(architecture).map(({ id }) => id),
    ...(architecture.style === 'subclass' ? architecture.calls.map(({ name }) => name) : []),
  ]);
}

/** Sets one field of a layer, in either style. If the schema refuses it, returns a sentence. */
export function withField<A extends Architecture>(
  architecture: A,
  id: string,
  field: string,
  value: unknown,
): A | { readonly problem: string } {
  const layer = layersOf(architecture).find((own) => own.id === id);
  if (layer === undefined) return { problem: `There is no layer "${id}".` };
  const parsed = layerSpecSchema.safeParse({ ...layer, [field]: value });
  if (!parsed.success) return { problem: fieldProblem(parsed.error) };
  return withLayers(architecture, (layers) =>
    layers.map((own) => (own.id === id ? parsed.data : own)),
  );
}

/** Gives a layer a new id; a call with the layer's name is renamed with it. */
export function renamed<A extends Architecture>(
  architecture: A,
  id: string,
  wanted: string,
): A | { readonly problem: string } {
  if (wanted === id) return architecture;
  const layer = layersOf(architecture).find((own) => own.id === id);
  if (layer === undefined) return { problem: `There is no layer "${id}".` };
  if (takenNames(architecture).has(wanted)) return { problem: `"${wanted}" is already in use.` };
  const parsed = layerSpecSchema.safeParse({ ...layer, id: wanted });
  if (!parsed.success) {
    return { problem: 'An id starts with a letter, then letters, digits, _ and -; 64 at most.' };
  }
  const withId = withLayers(architecture, (layers) =>
    layers.map((own) => (own.id === id ? parsed.data : own)),
  );
  if (withId.style === 'sequential') return withId;
  const own = (name: string) => (name === id ? wanted : name);
  return {
    ...withId,
    calls: withId.calls.map((call) => ({
      name: own(call.name),
      layer: own(call.layer),
      inputs: call.inputs.map(own),
    })),
  };
}

/** The same network with other layers in place of its own, by their order. */
export function withLayers<A extends Architecture>(
  architecture: A,
  change: (layers: LayerSpec[]) => LayerSpec[],
): A {
  return architecture.style === 'sequential'
    ? { ...architecture, layers: change(architecture.layers) }
    : { ...architecture, members: change(architecture.members) };
}

/** Inserts layers into a stack before the layer that is now at `index`. */
export function inserted(
  stack: SequentialArchitecture,
  index: number,
  layers: readonly LayerSpec[],
): SequentialArchitecture {
  return {
    ...stack,
    layers: [...stack.layers.slice(0, index), ...layers, ...stack.layers.slice(index)],
  };
}

/** Moves layers of a stack, in their order, to before `index`, which counts before the move. */
export function moved(
  stack: SequentialArchitecture,
  ids: ReadonlySet<string>,
  index: number,
): SequentialArchitecture {
  const stays = ({ id }: LayerSpec) => !ids.has(id);
  return {
    ...stack,
    layers: [
      ...stack.layers.slice(0, index).filter(stays),
      ...stack.layers.filter(({ id }) => ids.has(id)),
      ...stack.layers.slice(index).filter(stays),
    ],
  };
}

export function removedLayers(
  stack: SequentialArchitecture,
  ids: ReadonlySet<string>,
): SequentialArchitecture {
  return { ...stack, layers: stack.layers.filter(({ id }) => !ids.has(id)) };
}

/** Adds a new member, called once on the given values. */
export function withMember(
  graph: SubclassArchitecture,
  layer: LayerSpec,
  inputs: readonly string[],
): SubclassArchitecture {
  return ordered({
    ...graph,
    members: [...graph.members, layer],
    calls: [...graph.calls, { name: layer.id, layer: layer.id, inputs: [...inputs] }],
  });
}

/** Calls a member once more: its weights are shared. */
export function calledAgain(graph: SubclassArchitecture, id: string): SubclassArchitecture {
  const name = freshName(`${id}_`, takenNames(graph));
  return { ...graph, calls: [...graph.calls, { name, layer: id, inputs: [] }] };
}

/** Removes these calls, and members that are then no longer called. */
export function removedCalls(
  graph: SubclassArchitecture,
  names: ReadonlySet<string>,
): SubclassArchitecture {
  const gone = new Set(graph.calls.filter(({ name }) => names.has(name)).map(({ layer }) => layer));
  const calls = graph.calls
    .filter(({ name }) => !names.has(name))
    .map((call) => ({ ...call, inputs: call.inputs.filter((input) => !names.has(input)) }));
  const called = new Set(calls.map(({ layer }) => layer));
  return {
    ...graph,
    members: graph.members.filter(({ id }) => called.has(id) || !gone.has(id)),
    calls,
  };
}

/**
 * Adds an input to a call, after those it has.
 * @returns a problem if the value itself depends on the call
 */
export function connected(
  graph: SubclassArchitecture,
  from: string,
  to: string,
): SubclassArchitecture | { readonly problem: string } {
  if (from === to || dependsOn(graph, from, to)) {
    return { problem: `"${from}" depends on "${to}": a network has no cycles.` };
  }
  return ordered({
    ...graph,
    calls: graph.calls.map((call) =>
      call.name === to ? { ...call, inputs: [...call.inputs, from] } : call,
    ),
  });
}

/** Removes the input at this place. */
export function disconnected(
  graph: SubclassArchitecture,
  to: string,
  place: number,
): SubclassArchitecture {
  return {
    ...graph,
    calls: graph.calls.map((call) =>
      call.name === to ? { ...call, inputs: call.inputs.filter((_, at) => at !== place) } : call,
    ),
  };
}

function dependsOn(graph: SubclassArchitecture, name: string, on: string): boolean {
  const byName = new Map(graph.calls.map((call) => [call.name, call]));
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === on) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(byName.get(next)?.inputs ?? []));
  }
  return false;
}

/**
 * Orders calls so that each comes after its inputs, otherwise as they were; `call` returns the
 * last one. Calls that a file has in a cycle stay at the end.
 */
function ordered(graph: SubclassArchitecture): SubclassArchitecture {
  const names = new Set(graph.calls.map(({ name }) => name));
  const made = new Set<string>();
  const calls: LayerCall[] = [];
  let waiting = graph.calls;
  while (waiting.length > 0) {
    const later: LayerCall[] = [];
    for (const call of waiting) {
      const isReady = call.inputs.every((input) => made.has(input) || !names.has(input));
      if (isReady) {
        made.add(call.name);
        calls.push(call);
      } else later.push(call);
    }
    if (later.length === waiting.length) return { ...graph, calls: [...calls, ...later] };
    waiting = later;
  }
  return { ...graph, calls };
}
