import type { z } from 'zod';
import type { csv } from '../kinds/csv';
import type { GivenFormat } from './format';
import type { RecognisedTable } from './recognised';
import { nothingMore, type TableReading } from './tableSource';

/** A table in the short form of earlier projects. */
export type CsvSource = z.infer<typeof csv.schema>;

/** How such a file is written, whatever it looks like. */
export const shortFormFormat: GivenFormat = {
  separator: ',',
  quote: '"',
  escape: '"',
  skip: 0,
  comment: '',
  decimal: '.',
};

/** How it is read: every column but its label is a number. */
export function readingOfShortForm(
  { format, columns }: RecognisedTable,
  { label, target, standardise }: CsvSource,
): TableReading {
  return {
    format,
    columns: columns.map(({ column: { name } }) => ({
      name,
      role: name === label ? 'target' : 'number',
      missing: 'refuse',
    })),
    isNumber: target === 'number',
    standardise,
    ...nothingMore,
  };
}
