import { z } from 'zod';

/** What a column of a table is to the network. */
export const columnRoles = {
  number: { label: 'Number', noun: 'number', isInput: true, isCategory: false },
  'one-hot': { label: 'One-hot', noun: 'one-hot column', isInput: true, isCategory: true },
  ordinal: { label: 'Ordinal', noun: 'ordinal column', isInput: true, isCategory: true },
  index: { label: 'Embedding index', noun: 'index column', isInput: true, isCategory: true },
  tokens: { label: 'Words of a text', noun: 'text', isInput: true, isCategory: true },
  target: { label: 'Target', noun: 'target', isInput: false, isCategory: false },
  weight: { label: 'Weight of the row', noun: 'weight', isInput: false, isCategory: false },
  group: { label: 'Group', noun: 'group', isInput: false, isCategory: true },
  'left-out': { label: 'Left out', noun: 'column', isInput: false, isCategory: false },
} as const;
export type ColumnRole = keyof typeof columnRoles;

/** What is done with a row whose cell is missing. */
export const missingPolicies = {
  refuse: 'Refuse the file',
  drop: 'Leave the row out',
  mean: 'Use the mean of the column',
  fill: 'Use a value',
} as const;
export type MissingPolicy = keyof typeof missingPolicies;

export const columnSchema = z
  .strictObject({
    name: z.string().min(1).max(1_024),
    role: z.enum(Object.keys(columnRoles) as [ColumnRole, ...ColumnRole[]]),
    missing: z
      .enum(Object.keys(missingPolicies) as [MissingPolicy, ...MissingPolicy[]])
      .default('refuse'),
    /** With `fill`: a number for a number, a word for a category. */
    fill: z.string().max(1_024).optional(),
    /** Of words: how many numbers a row has; without it as many as the longest text has words. */
    length: z.int().min(1).max(100_000).optional(),
    /** Of words: how many different numbers there are, with those for padding and for unknown words. */
    vocabulary: z.int().min(3).max(1_000_000).optional(),
    /** Of an ordinal column: its categories from the lowest; without it they are sorted. */
    order: z.array(z.string().max(1_024)).min(1).max(10_000).optional(),
  })
  .refine(({ missing, fill }) => (missing === 'fill') === (fill !== undefined), {
    message: 'has "fill" if, and only if, "missing" is "fill"',
  })
  .refine(({ missing, role }) => missing !== 'mean' || role === 'number', {
    message: 'has "missing": "mean", which only a number can have',
  });
export type Column = z.infer<typeof columnSchema>;

/** Categories from the lowest, as they are typed: `small, medium, large`. */
export function orderOf(text: string): string[] {
  return text
    .split(',')
    .map((own) => own.trim())
    .filter((own) => own !== '');
}
