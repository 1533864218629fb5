import { z } from 'zod';

/** What one column of a table became in a row's input: evidence, and what a later row needs to be read alike. */
export const inputColumnSchema = z.strictObject({
  name: z.string(),
  role: z.enum(['number', 'one-hot', 'ordinal', 'index', 'tokens']),
  /**
   * In the order of their numbers; a one-hot column has a number for each. Of words: those from number 2 on,
   * after 0 for padding and 1 for any other word.
   */
  categories: z.array(z.string()).optional(),
  /** Of the rows before scaling, which gives (x - mean) / deviation; a constant column becomes 0. */
  mean: z.number().optional(),
  deviation: z.number().optional(),
  /** Of words: how many numbers a row has. */
  length: z.int().min(1).optional(),
  /** What stands for a missing cell. */
  filled: z.number().optional(),
});
export type InputColumn = z.infer<typeof inputColumnSchema>;
