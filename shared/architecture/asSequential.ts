import { INPUT, type SequentialArchitecture, type SubclassArchitecture } from './architecture';
import type { LayerSpec } from './layerCatalog';
import type { Problem } from './forwardPlan';

/**
 * The same network as a Sequential, if its call graph is one chain of layers used once each; otherwise
 * every reason why it is not.
 */
export function asSequential(
  graph: SubclassArchitecture,
): { readonly sequential: SequentialArchitecture } | { readonly reasons: readonly Problem[] } {
  const members = new Map(graph.members.map((layer) => [layer.id, layer]));
  const reasons: Problem[] = (graph.inputs ?? []).map(({ name }) => ({
    layer: null,
    message: `"${name}" is one of several inputs; a stack has one.`,
  }));
  const layers: LayerSpec[] = [];
  const calledBy = new Map<string, string>();
  const takers = new Map<string, string[]>();
  for (const { name, layer, inputs } of graph.calls) {
    const complain = (message: string) => reasons.push({ layer, call: name, message });
    const spec = members.get(layer);
    if (spec === undefined) complain(`"${layer}" is not a member.`);
    else layers.push(spec);
    const before = calledBy.get(layer);
    if (before !== undefined) {
      complain(
        `"${layer}" is called twice ("${before}" and "${name}"); a stack uses a layer once.`,
      );
    }
    calledBy.set(layer, name);
    if (inputs.length === 0) complain(`"${name}" has no input.`);
    if (inputs.length > 1) {
      complain(`"${name}" takes ${inputs.length} inputs; a layer of a stack takes one.`);
    }
    for (const input of inputs) takers.set(input, [...(takers.get(input) ?? []), name]);
  }
  for (const [value, users] of takers) {
    if (users.length < 2) continue;
    const layer = graph.calls.find(({ name }) => name === value)?.layer ?? null;
    const what = value === INPUT ? 'The input' : `"${value}"`;
    reasons.push({
      layer,
      ...(layer === null ? {} : { call: value }),
      message: `${what} goes to ${users.length} layers ("${users.join('", "')}"); in a stack it goes only to the next.`,
    });
  }
  const loose = graph.calls.slice(0, -1).filter(({ name }) => !takers.has(name));
  for (const { name, layer } of loose) {
    reasons.push({ layer, call: name, message: `Nothing takes "${name}".` });
  }
  if (reasons.length > 0) return { reasons };
  return { sequential: { style: 'sequential', inputShape: graph.inputShape, layers } };
}
