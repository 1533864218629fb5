import { z } from 'zod';
import type { DataKind } from '../dataKind';
import { pathSchema } from '../pathSchema';
import { columnSchema, type Column, type ColumnRole } from '../table/columns';
import { tableFormatSchema } from '../table/format';
import { targetKindSchema } from '../targetKind';
import { windowsSchema } from '../windows';

/** A table in a file, with every choice of how it is read. */
export const table = {
  label: 'Table (CSV, TSV, Parquet)',
  schema: z.strictObject({
    kind: z.literal('table'),
    path: pathSchema,
    format: tableFormatSchema,
    /** Every column of the file, in its order. */
    columns: z
      .array(columnSchema)
      .min(2)
      .max(100_000)
      .refine(
        (columns) => new Set(columns.map(({ name }) => name)).size === columns.length,
        'names a column twice',
      )
      .refine(
        (columns) => columns.some(({ role }) => role === 'target'),
        'has no column with the role target',
      )
      .refine(
        (columns) => isAtMostOnce(columns, 'weight') && isAtMostOnce(columns, 'group'),
        'has more than one column with the role weight, or with the role group',
      ),
    target: targetKindSchema,
    /** Scales each number to predict to mean 0 and standard deviation 1. */
    standardiseTarget: z.boolean().optional(),
    /** A file with the same columns, whose rows are held out for validation. */
    validation: pathSchema.optional(),
    windows: windowsSchema.optional(),
    /** Scales each number column to mean 0 and standard deviation 1. */
    standardise: z.boolean().default(true),
  }),
  places: ['path', 'validation'],
} as const satisfies DataKind;
function isAtMostOnce(columns: readonly Column[], role: ColumnRole): boolean {
  return columns.filter((column) => column.role === role).length <= 1;
}

export type TableSource = z.infer<typeof table.schema>;
