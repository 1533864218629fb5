import type { TableSource } from '../../../shared/data/kinds/table';
import type { ColumnRole } from '../../../shared/data/table/columns';
import { choicesOf } from '../../../shared/data/table/format';
import { badData } from '../badData';
import { recogniseTable } from './recogniseTable';

/**
 * How a file with rows for validation is read: as the one to train on, its columns found by their names.
 * @param isNeeded whether columns of a role must be there
 * @throws {AppError} bad-data if a column is missing, or the file is of another kind
 */
export async function validationSource(
  source: TableSource,
  path: string,
  isNeeded: (role: ColumnRole) => boolean = (role) => role !== 'left-out',
  leastColumns = 2,
): Promise<TableSource> {
  // Each file may have its own encoding, which its bytes show.
  const { encoding: _, ...given } = choicesOf(source.format);
  const { format, columns } = await recogniseTable(
    path,
    { format: given, target: null },
    leastColumns,
  );
  if (format.type !== source.format.type) {
    const kinds = { csv: 'text', parquet: 'a Parquet file' } as const;
    throw badData(
      `${path} is ${kinds[format.type]}, but ${source.path} is ${kinds[source.format.type]}.`,
      'Choose a file of the same kind.',
    );
  }
  const names = columns.map(({ column: { name } }) => name);
  const missing = source.columns.find(({ name, role }) => isNeeded(role) && !names.includes(name));
  if (missing !== undefined) {
    throw badData(
      `${path} has no column "${missing.name}", which ${source.path} has.`,
      `Its columns are ${names.slice(0, 12).join(', ')}: name and separate them as in the other file.`,
    );
  }
  const known = new Map(source.columns.map((column) => [column.name, column]));
  return {
    ...source,
    path,
    format,
    columns: names.map((name) => known.get(name) ?? { name, role: 'left-out', missing: 'refuse' }),
  };
}
