import { layersOf, type Architecture } from './architecture';
import { callsOf } from './forwardPlan';

/** One layer id, as two architectures have it. */
export interface LayerDifference {
  readonly id: string;
  readonly kind: 'same' | 'fields' | 'only-first' | 'only-second';
  /** Fields with other values, `calls` among them where the layer is used on other values. */
  readonly fields: readonly { readonly name: string; readonly a: unknown; readonly b: unknown }[];
}

/** Two architectures side by side, aligned by layer id: the first's layers, then the second's others. */
export function differences(a: Architecture, b: Architecture): readonly LayerDifference[] {
  const second = new Map(layersOf(b).map((layer) => [layer.id, layer]));
  const [usesInA, usesInB] = [usesOf(a), usesOf(b)];
  const first = new Set(layersOf(a).map(({ id }) => id));
  return [
    ...layersOf(a).map((layer): LayerDifference => {
      const other = second.get(layer.id);
      if (other === undefined) return { id: layer.id, kind: 'only-first', fields: [] };
      const [own, its] = [
        { ...layer, calls: usesInA.get(layer.id) ?? [] } as Record<string, unknown>,
        { ...other, calls: usesInB.get(layer.id) ?? [] } as Record<string, unknown>,
      ];
      const names = [...new Set([...Object.keys(own), ...Object.keys(its)])];
      const fields = names.flatMap((name) =>
        JSON.stringify(own[name]) === JSON.stringify(its[name])
          ? []
          : [{ name, a: own[name], b: its[name] }],
      );
      return { id: layer.id, kind: fields.length === 0 ? 'same' : 'fields', fields };
    }),
    ...layersOf(b)
      .filter(({ id }) => !first.has(id))
      .map(({ id }): LayerDifference => ({ id, kind: 'only-second', fields: [] })),
  ];
}

/** By layer id: the values that each of its calls takes. */
function usesOf(architecture: Architecture): ReadonlyMap<string, readonly string[][]> {
  const uses = new Map<string, string[][]>();
  for (const { layer, inputs } of callsOf(architecture)) {
    uses.set(layer, [...(uses.get(layer) ?? []), inputs]);
  }
  return uses;
}
