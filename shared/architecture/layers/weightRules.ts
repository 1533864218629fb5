import { z } from 'zod';

/** What a weight is made to be after every step. */
export const constraintKinds = ['none', 'maxNorm', 'unitNorm', 'nonNeg'] as const;
export type ConstraintKind = (typeof constraintKinds)[number];

const strength = z.number().min(0).max(1e3).default(0);

/** A regulariser and a constraint of one weight. */
export const weightRuleSchema = z.strictObject({
  /** Added to the loss: l1 * sum(|w|) + l2 * sum(w^2), as Keras' L1L2. */
  l1: strength,
  l2: strength,
  /** Along the first axis, as Keras' constraints do by default. */
  constraint: z.enum(constraintKinds).default('none'),
  /** The largest norm, with `maxNorm`. */
  limit: z.number().positive().max(1e6).default(2),
});
export type WeightRule = z.infer<typeof weightRuleSchema>;

/** Rules by weight: what begins its fields, as `kernel` in `kernelInitialiser`. */
export type WeightRules = Readonly<Partial<Record<string, WeightRule>>>;

/** @param prefixes of the weights that may have rules */
export function ruledWeights(...prefixes: readonly [string, ...string[]]) {
  return { weightRules: z.partialRecord(z.enum(prefixes), weightRuleSchema).default({}) };
}

/** The weights that may have rules, of the shape of a layer's schema. */
export function ruledIn(shape: Readonly<Record<string, z.ZodType>>): readonly string[] {
  const field = shape['weightRules'];
  if (!(field instanceof z.ZodDefault)) return [];
  const record = field.unwrap();
  return record instanceof z.ZodRecord && record.keyType instanceof z.ZodEnum
    ? (record.keyType.options as string[])
    : [];
}

/** recurrentKernel -> recurrent: what begins the fields of a weight. */
function prefixOfRole(role: string): string {
  return role.replace(/Kernel$/, '');
}

/** The rule of a weight, by its role or what begins its fields; null if it asks nothing. */
export function ruleOf(spec: object, role: string): WeightRule | null {
  const { weightRules = {} } = spec as { readonly weightRules?: WeightRules };
  const own = weightRules[prefixOfRole(role)];
  if (own === undefined) return null;
  return own.l1 === 0 && own.l2 === 0 && own.constraint === 'none' ? null : own;
}
