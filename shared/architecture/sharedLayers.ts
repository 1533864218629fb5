import type { GraphArchitecture } from './architecture';

/** Ids of layers that are called more than once. */
export function sharedLayers({ calls }: GraphArchitecture): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { layer } of calls) counts.set(layer, (counts.get(layer) ?? 0) + 1);
  return new Set([...counts].flatMap(([id, count]) => (count > 1 ? [id] : [])));
}
