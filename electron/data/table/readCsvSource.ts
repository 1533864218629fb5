import type { csv } from '../../../shared/data/kinds/csv';
import type { TableSource } from '../../../shared/data/kinds/table';
import type { z } from 'zod';
import type { Dataset } from '../dataset';
import type { ReadPorts } from '../readPorts';
import { readTable } from './readTable';
import { recogniseTable } from './recogniseTable';

type CsvSource = z.infer<typeof csv.schema>;

/**
 * A CSV file of the first kind: commas, every column but the target a number.
 * @throws {AppError} file-not-found, bad-data, stopped, out-of-memory
 */
export async function readCsvSource(source: CsvSource, ports: ReadPorts): Promise<Dataset> {
  const { path, label, target, standardise } = source;
  const { format, columns, notes } = await recogniseTable(path, {
    format: { separator: ',', quote: '"', escape: '"', skip: 0, comment: '', decimal: '.' },
    target: label,
  });
  const table: TableSource = {
    kind: 'table',
    path,
    format,
    columns: columns.map(({ column: { name } }) => ({
      name,
      role: name === label ? 'target' : 'number',
      missing: 'refuse',
    })),
    standardise,
    ...(target !== undefined && { target }),
  };
  const dataset = await readTable(table, ports);
  return { ...dataset, notes: [...notes, ...dataset.notes] };
}
