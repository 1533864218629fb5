import { z } from 'zod';

/** What one column of a table became in a row's input: evidence, and what a later row needs to be read alike. */
export const inputColumnSchema = z.strictObject({
  name: z.string(),
  role: z.enum(['number', 'one-hot', 'ordinal', 'index']),
  /** In the order of their numbers; a one-hot column has a number for each. */
  categories: z.array(z.string()).optional(),
  /** Of the rows before scaling, which gives (x - mean) / deviation; a constant column becomes 0. */
  mean: z.number().optional(),
  deviation: z.number().optional(),
  /** What stands for a missing cell. */
  filled: z.number().optional(),
});
export type InputColumn = z.infer<typeof inputColumnSchema>;
