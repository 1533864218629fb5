import { z } from 'zod';
import type { DataKind } from '../dataKind';
import { pathSchema } from '../pathSchema';
import { columnSchema } from '../table/columns';
import { tableFormatSchema } from '../table/format';
import { targetKindSchema } from '../targetKind';

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
      ),
    target: targetKindSchema,
    /** Scales each number column to mean 0 and standard deviation 1. */
    standardise: z.boolean().default(true),
  }),
  places: ['path'],
} as const satisfies DataKind;
export type TableSource = z.infer<typeof table.schema>;
