/** A call of a layer in a network, by the values that it takes. */
export interface OrderedCall {
  /** Name of its value. */
  readonly name: string;
  readonly layer: string;
  readonly inputs: readonly string[];
}

/**
 * Layers in the order in which Keras lists them in a Functional model, which decides the names of their groups in a
 * file of weights: by their distance from the output, then as they are met on the way back from it.
 * Source: `map_graph` of Keras 3.15, ops/function.py.
 */
export function kerasOrder(calls: readonly OrderedCall[], output: string): readonly string[] {
  const byName = new Map(calls.map((own) => [own.name, own]));
  /** In the order in which they are met. */
  const met = new Map<string, number>();
  const finished = new Set<string>();
  const fromInput: OrderedCall[] = [];
  const visit = (name: string) => {
    const call = byName.get(name);
    if (call === undefined || finished.has(name)) return;
    if (!met.has(call.layer)) met.set(call.layer, met.size);
    call.inputs.forEach(visit);
    finished.add(name);
    fromInput.push(call);
  };
  visit(output);
  const depths = new Map<string, number>();
  const depthOfLayer = new Map<string, number>();
  for (const call of [...fromInput].reverse()) {
    const depth = Math.max(depths.get(call.name) ?? 0, depthOfLayer.get(call.layer) ?? 0);
    depthOfLayer.set(call.layer, depth);
    depths.set(call.name, depth);
    for (const input of call.inputs) {
      depths.set(input, Math.max(depth + 1, depths.get(input) ?? 0));
    }
  }
  return [...met.keys()].sort(
    (a, b) =>
      (depthOfLayer.get(b) ?? 0) - (depthOfLayer.get(a) ?? 0) ||
      (met.get(a) ?? 0) - (met.get(b) ?? 0),
  );
}
