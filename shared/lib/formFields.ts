import { z } from 'zod';

/** One field of a schema, as a form shows it. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  /** Undefined if the user must enter it. */
  readonly initial: unknown;
  readonly input: FieldInput;
}

export type FieldInput =
  | {
      readonly type: 'integer' | 'number';
      readonly min: number;
      readonly max: number;
      /** Whether it may be left empty, which means null. */
      readonly isOptional: boolean;
    }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly options: readonly string[] }
  /** Lengths along axes, or other numbers; `axes` is null where the user may choose how many. */
  | {
      readonly type: 'lengths';
      readonly axes: number | null;
      readonly max: number;
      readonly areWhole: boolean;
    };

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
  readonly anyOf?: readonly PropertySchema[];
}

/** The fields of an object's schema in its order, without those that the form shows in another way. */
export function formFields(schema: z.ZodType, omitted: ReadonlySet<string>): readonly FormField[] {
  const { properties } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties ?? {})
    .filter(([name]) => !omitted.has(name))
    .map(([name, property]): FormField => {
      const own = property as PropertySchema;
      return { name, label: wordsOf(name), initial: own.default, input: inputOf(name, own) };
    });
}

function inputOf(name: string, schema: PropertySchema, isOptional = false): FieldInput {
  const [value, none] = schema.anyOf ?? [];
  if (value !== undefined && none?.type === 'null') return inputOf(name, value, true);
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
        isOptional,
      };
    case 'array': {
      const isFixed = schema.minItems === schema.maxItems;
      return {
        type: 'lengths',
        axes: isFixed ? (schema.minItems ?? null) : null,
        max: schema.items?.maximum ?? Infinity,
        areWhole: schema.items?.type === 'integer',
      };
    }
    default:
      throw new Error(`No form for field ${name}`);
  }
}

/** useBias -> Use bias */
function wordsOf(name: string): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
