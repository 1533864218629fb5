import { definitionOf, type LayerSpec } from '../architecture/layerCatalog';
import { pairsOf } from '../architecture/layers/definition';
import { layerFields } from '../architecture/layerFields';
import { snakeCase } from './names';

/** The seed for an initialiser that has none of its own; null gives it none. */
export type SeedOf = (layer: string, field: string, initialiser: unknown) => number | null;
export const noSeed: SeedOf = () => null;

/** An argument of a layer's class in Keras. */
export interface KerasArgument {
  readonly name: string;
  /** An initialiser by its class, with a seed; nested lists are tuples. */
  readonly value: boolean | number | string | null | Nested | SeededInitialiser;
}
type Nested = readonly (number | Nested)[];
export interface SeededInitialiser {
  /** As Keras names it: `HeNormal`. */
  readonly className: string;
  readonly seed: number;
}

/** What a layer's class is given in Keras, besides its name: the fields that differ from the defaults. */
export function kerasArguments(layer: LayerSpec, seedOf: SeedOf): readonly KerasArgument[] {
  const { alwaysWritten = [], pairs = [] } = definitionOf(layer.kind);
  const values = layer as Readonly<Record<string, unknown>>;
  return layerFields(layer.kind).flatMap(({ name, initial }): KerasArgument[] => {
    const value = values[name];
    const seed = values[name.replace('Initialiser', 'Seed')] ?? seedOf(layer.id, name, value);
    if (name.endsWith('Seed')) return [];
    const own = snakeCase(name);
    if (name.endsWith('Initialiser')) {
      const initialiser = String(value);
      if (typeof seed === 'number') {
        return [{ name: own, value: { className: className(initialiser), seed } }];
      }
      return value === initial ? [] : [{ name: own, value: snakeCase(initialiser) }];
    }
    if (JSON.stringify(value) === JSON.stringify(initial) && !alwaysWritten.includes(name)) {
      return [];
    }
    const given = pairs.includes(name) ? pairsOf(value as number[]) : value;
    return [{ name: own, value: given as KerasArgument['value'] }];
  });
}

/** heNormal -> HeNormal, as Keras names the class. */
function className(initialiser: string): string {
  return initialiser.charAt(0).toUpperCase() + initialiser.slice(1);
}
