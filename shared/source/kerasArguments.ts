import { definitionOf, type LayerSpec } from '../architecture/layerCatalog';
import { pairsOf } from '../architecture/layers/definition';
import { ruleOf, type ConstraintKind } from '../architecture/layers/weightRules';
import { layerFields, ruledWeightsOf } from '../architecture/layerFields';
import { snakeCase } from './names';

/** The seed for an initialiser that has none of its own; null gives it none. */
export type SeedOf = (layer: string, field: string, initialiser: unknown) => number | null;
export const noSeed: SeedOf = () => null;

/** An argument of a layer's class in Keras. */
export interface KerasArgument {
  readonly name: string;
  /** An initialiser by its class, with a seed; nested lists are tuples. */
  readonly value: boolean | number | string | null | Nested | KerasObject;
}
type Nested = readonly (number | Nested)[];
/** Of a class of its own. */
export interface KerasObject {
  readonly module: 'initializers' | 'regularizers' | 'constraints';
  /** As Keras names it: `HeNormal`. */
  readonly className: string;
  readonly config: Readonly<Record<string, number>>;
}

/** What a layer's class is given in Keras, besides its name: the fields that differ from the defaults. */
export function kerasArguments(layer: LayerSpec, seedOf: SeedOf): readonly KerasArgument[] {
  const {
    alwaysWritten = [],
    pairs = [],
    callFields = [],
    wrapperFields,
  } = definitionOf(layer.kind);
  const values = layer as Readonly<Record<string, unknown>>;
  const own = layerFields(layer.kind).flatMap(({ name, initial }): KerasArgument[] => {
    const value = values[name];
    const seed = values[name.replace('Initialiser', 'Seed')] ?? seedOf(layer.id, name, value);
    if (name.endsWith('Seed') || callFields.includes(name)) return [];
    if (wrapperFields?.includes(name) === false) return [];
    const own = snakeCase(name);
    if (name.endsWith('Initialiser')) {
      const initialiser = String(value);
      if (typeof seed === 'number') {
        const value = {
          module: 'initializers',
          className: className(initialiser),
          config: { seed },
        } as const;
        return [{ name: own, value }];
      }
      return value === initial ? [] : [{ name: own, value: snakeCase(initialiser) }];
    }
    if (JSON.stringify(value) === JSON.stringify(initial) && !alwaysWritten.includes(name)) {
      return [];
    }
    const given = pairs.includes(name) ? pairsOf(value as number[]) : value;
    return [{ name: own, value: given as KerasArgument['value'] }];
  });
  return wrapperFields === undefined ? [...own, ...ruleArguments(layer)] : own;
}

/** What a call of the layer is given in Keras besides its inputs. */
export function callArguments(layer: LayerSpec): Readonly<Record<string, boolean>> {
  const { callFields = [] } = definitionOf(layer.kind);
  const values = layer as Readonly<Record<string, unknown>>;
  const given = callFields.filter((name) => values[name] === true);
  return Object.fromEntries(given.map((name) => [snakeCase(name), true]));
}

/** Regularisers and constraints. */
function ruleArguments(layer: LayerSpec): KerasArgument[] {
  return ruledWeightsOf(layer.kind).flatMap((prefix): KerasArgument[] => {
    const rule = ruleOf(layer, prefix);
    if (rule === null) return [];
    const { l1, l2, constraint, limit } = rule;
    const regulariser = { module: 'regularizers', className: 'L1L2', config: { l1, l2 } } as const;
    const name = snakeCase(prefix);
    return [
      ...(l1 === 0 && l2 === 0 ? [] : [{ name: `${name}_regularizer`, value: regulariser }]),
      ...(constraint === 'none'
        ? []
        : [{ name: `${name}_constraint`, value: constraintOf(constraint, limit) }]),
    ];
  });
}

function constraintOf(kind: Exclude<ConstraintKind, 'none'>, limit: number): KerasObject {
  const classes = { maxNorm: 'MaxNorm', unitNorm: 'UnitNorm', nonNeg: 'NonNeg' } as const;
  const config: Readonly<Record<string, number>> = kind === 'maxNorm' ? { max_value: limit } : {};
  return { module: 'constraints', className: classes[kind], config };
}

/** heNormal -> HeNormal, as Keras names the class. */
function className(initialiser: string): string {
  return initialiser.charAt(0).toUpperCase() + initialiser.slice(1);
}
