import { z } from 'zod';

/** How many rows at the end are held out, where that is not the split's share of all. */
export const heldOutSchema = z.strictObject({
  rows: z.int().min(0),
  /** A file of their own, or whole groups of rows, drawn with the run's seed. */
  by: z.enum(['file', 'groups']),
});
export type HeldOut = z.infer<typeof heldOutSchema>;

/** Rows in their order: those that are held out are the last ones. */
export interface CountedRows {
  readonly rows: number;
  /** Without it the split decides. */
  readonly heldOut?: HeldOut | null | undefined;
}
