import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { layersOf, type Architecture } from './architecture';
import { callsOf } from './forwardPlan';
import { inputsOf } from './inputs';
import type { LayerSpec } from './layerCatalog';

/** How one layer differs between two architectures. */
export interface LayerDifference {
  readonly id: string;
  readonly kind: 'same' | 'fields' | 'only-first' | 'only-second';
  /** Fields with different values, including `calls` if the layer is called on other values. */
  readonly fields: readonly { readonly name: string; readonly a: unknown; readonly b: unknown }[];
}

/**
 * Two architectures side by side, aligned by layer id: the first's layers, then those only in the second.
 * The names of values and the order of branches make no difference.
 */
export function differences(a: Architecture, b: Architecture): readonly LayerDifference[] {
  const second = new Map(layersOf(b).map((layer) => [layer.id, layer]));
  const [usesInA, usesInB] = [usesOf(a), usesOf(b)];
  const first = new Set(layersOf(a).map(({ id }) => id));
  return [
    ...layersOf(a).map((layer): LayerDifference => {
      const other = second.get(layer.id);
      if (other === undefined) return { id: layer.id, kind: 'only-first', fields: [] };
      const [own, its] = [fieldsOf(layer), fieldsOf(other)];
      const names = [...new Set([...Object.keys(own), ...Object.keys(its)])];
      const fields = names.flatMap((name) =>
        JSON.stringify(own[name]) === JSON.stringify(its[name])
          ? []
          : [{ name, a: own[name], b: its[name] }],
      );
      const [ownUses, itsUses] = [
        usesInA.get(layer.id) ?? NO_USES,
        usesInB.get(layer.id) ?? NO_USES,
      ];
      if (ownUses.meaning.join() !== itsUses.meaning.join()) {
        fields.push({ name: 'calls', a: ownUses.inputs, b: itsUses.inputs });
      }
      return { id: layer.id, kind: fields.length === 0 ? 'same' : 'fields', fields };
    }),
    ...layersOf(b)
      .filter(({ id }) => !first.has(id))
      .map(({ id }): LayerDifference => ({ id, kind: 'only-second', fields: [] })),
  ];
}

/** Those of a layer within it by its name too: `layer.units`. */
function fieldsOf(spec: LayerSpec): Readonly<Record<string, unknown>> {
  if (spec.kind !== 'timeDistributed') return { ...spec };
  const { layer, ...own } = spec;
  const inner = Object.entries(layer).map(([name, value]) => [`layer.${name}`, value] as const);
  return { ...own, ...Object.fromEntries(inner) };
}

interface Uses {
  /** The names of the values that each call takes. */
  readonly inputs: readonly (readonly string[])[];
  /** The same, independent of names and of the order of calls. */
  readonly meaning: readonly string[];
}

const NO_USES: Uses = { inputs: [], meaning: [] };

/**
 * By layer id, the inputs of its calls. A value's meaning is the layer that makes it and, if that layer is
 * called more than once, the inputs of that call: equal meanings are the same value, whatever its name.
 */
function usesOf(architecture: Architecture): ReadonlyMap<string, Uses> {
  const meanings = new Map(inputsOf(architecture).map(({ name }) => [name, name]));
  const uses = new Map<string, Uses>();
  const calls = callsOf(architecture);
  const counts = new Map<string, number>();
  for (const { layer } of calls) counts.set(layer, (counts.get(layer) ?? 0) + 1);
  calls.forEach(({ name, layer, inputs }, place) => {
    const taken = inputs.map((input) => meanings.get(input) ?? `?${input}`);
    meanings.set(name, counts.get(layer) === 1 ? layer : digest([layer, ...taken]));
    const isResult = place === calls.length - 1 ? 'result' : '';
    const before = uses.get(layer) ?? NO_USES;
    uses.set(layer, {
      inputs: [...before.inputs, inputs],
      meaning: [...before.meaning, `${isResult}(${taken.join()})`].sort(),
    });
  });
  return uses;
}

function digest(parts: readonly string[]): string {
  return bytesToHex(sha256(utf8ToBytes(parts.join('\n')))).slice(0, 16);
}
