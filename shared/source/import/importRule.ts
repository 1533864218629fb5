import { z } from 'zod';
import { weightRuleSchema, type WeightRule } from '../../architecture/layers/weightRules';
import { snakeCase } from '../names';

const stored = z.union([
  z.string().transform((name) => ({ class_name: name, config: {} as Record<string, unknown> })),
  z.looseObject({ class_name: z.string(), config: z.record(z.string(), z.unknown()) }),
]);

/** What Keras takes where a strength is not said. */
const DEFAULT_STRENGTH = 0.01;

/** A part of the rule of one weight; empty if nothing is asked. */
export interface ImportedRule {
  /** What begins the weight's fields. */
  readonly prefix: string;
  readonly rule: Partial<WeightRule>;
}

/**
 * A stored regulariser or constraint of a weight.
 * @param ruled the weights of the layer that may have rules
 * @returns null if the key is none of these, `unknown` if there is no counterpart
 */
export function importedRule(
  key: string,
  value: unknown,
  ruled: readonly string[],
): ImportedRule | 'unknown' | null {
  const [, theirs, what] = /^(?!activity)(\w+)_(regularizer|constraint)$/.exec(key) ?? [];
  if (theirs === undefined) return null;
  const prefix = ruled.find((own) => snakeCase(own) === theirs);
  if (value === null) return { prefix: prefix ?? '', rule: {} };
  const parsed = stored.safeParse(value);
  if (prefix === undefined || !parsed.success) return 'unknown';
  const { class_name: className, config } = parsed.data;
  const plain = className.replaceAll('_', '').toLowerCase();
  const rule = what === 'regularizer' ? regulariser(plain, config) : constraint(plain, config);
  return rule === null ? 'unknown' : { prefix, rule };
}

/** Adds it to the rules among a layer's fields. */
export function addRule(fields: Record<string, unknown>, { prefix, rule }: ImportedRule): void {
  if (Object.keys(rule).length === 0) return;
  const before = (fields['weightRules'] ?? {}) as Record<string, object>;
  const own = weightRuleSchema.parse({ ...before[prefix], ...rule });
  fields['weightRules'] = { ...before, [prefix]: own };
}

function regulariser(
  plain: string,
  config: Readonly<Record<string, unknown>>,
): Partial<WeightRule> | null {
  if (!['l1', 'l2', 'l1l2'].includes(plain)) return null;
  const strength = (key: 'l1' | 'l2') => {
    const value = config[key];
    if (typeof value === 'number') return value;
    return plain === key ? DEFAULT_STRENGTH : 0;
  };
  return { l1: strength('l1'), l2: strength('l2') };
}

function constraint(
  plain: string,
  config: Readonly<Record<string, unknown>>,
): Partial<WeightRule> | null {
  // Ours are along the first axis.
  if (JSON.stringify(config['axis'] ?? 0) !== '0') return null;
  const limit = config['max_value'] ?? config['maxValue'] ?? 2;
  switch (plain) {
    case 'maxnorm':
      return typeof limit === 'number' ? { constraint: 'maxNorm', limit } : null;
    case 'unitnorm':
      return { constraint: 'unitNorm' };
    case 'nonneg':
      return { constraint: 'nonNeg' };
    default:
      return null;
  }
}
