import { z } from 'zod';
import { layerCatalog, type LayerKind } from './layerCatalog';

/** One field of a layer kind, as a form shows it. */
export interface LayerField {
  readonly name: string;
  readonly label: string;
  /** Undefined where the user must say. */
  readonly initial: unknown;
  readonly input: FieldInput;
}

export type FieldInput =
  | { readonly type: 'integer' | 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly options: readonly string[] }
  /** Lengths along axes; `axes` is null where the user may choose how many. */
  | { readonly type: 'lengths'; readonly axes: number | null; readonly max: number };

interface PropertySchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: PropertySchema;
}

const known = new Map<LayerKind, readonly LayerField[]>();

/** The fields of a kind besides its id, read from its schema, in the schema's order. */
export function layerFields(kind: LayerKind): readonly LayerField[] {
  const made = known.get(kind);
  if (made !== undefined) return made;
  const { properties } = z.toJSONSchema(layerCatalog[kind].schema, { io: 'input' });
  const fields = Object.entries(properties ?? {})
    .filter(([name]) => name !== 'id' && name !== 'kind')
    .map(([name, property]): LayerField => {
      const schema = property as PropertySchema;
      return {
        name,
        label: wordsOf(name),
        initial: schema.default,
        input: inputOf(kind, name, schema),
      };
    });
  known.set(kind, fields);
  return fields;
}

function inputOf(kind: LayerKind, name: string, schema: PropertySchema): FieldInput {
  if (schema.enum !== undefined) return { type: 'choice', options: schema.enum };
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
    case 'number':
      return {
        type: schema.type,
        min: schema.minimum ?? schema.exclusiveMinimum ?? -Infinity,
        max: schema.maximum ?? schema.exclusiveMaximum ?? Infinity,
      };
    case 'array': {
      const isFixed = schema.minItems === schema.maxItems;
      return {
        type: 'lengths',
        axes: isFixed ? (schema.minItems ?? null) : null,
        max: schema.items?.maximum ?? Infinity,
      };
    }
    default:
      throw new Error(`No form for field ${name} of ${kind}`);
  }
}

/** useBias -> Use bias */
function wordsOf(name: string): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
