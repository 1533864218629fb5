import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { TableSource } from '../../../shared/data/kinds/table';
import type { Dataset } from '../dataset';
import type { ReadPorts } from '../readPorts';
import { windowed } from '../windowed';
import { arrangedTable, type ReadRows } from './arrangedTable';
import { collectGarbage } from './collectGarbage';
import { CellReader } from './cellReader';
import { withDuckDb } from './duckDb';
import { RawTable } from './rawTable';
import { validationSource } from './validationSource';
import { preparedTable } from './preparedTable';

/**
 * Reads a table as it was chosen to be read.
 * @throws {AppError} file-not-found, bad-data with line and column, stopped, out-of-memory
 */
export async function readTable(source: TableSource, ports: ReadPorts): Promise<Dataset> {
  const { validation } = source;
  const folder = mkdtempSync(join(os.tmpdir(), 'twintrain-table-'));
  const open: RawTable[] = [];
  try {
    const rows = await readRows(source, null, join(folder, 'rows'), open, ports);
    const aside =
      validation === undefined
        ? null
        : await readRows(
            await validationSource(source, validation),
            rows.reader,
            join(folder, 'validation'),
            open,
            after(rows.raw.rows, ports),
          );
    // Without DuckDB's buffers beside the array.
    collectGarbage();
    const dataset = await arrangedTable(source, rows, aside, ports);
    if (source.windows === undefined) return dataset;
    const gaps = new Set([
      ...rows.reader.gaps,
      ...[...(aside?.reader.gaps ?? [])].map((row) => rows.raw.rows + row),
    ]);
    const paths = { path: source.path, validation: validation ?? '' };
    return windowed(dataset, source.windows, paths, gaps, ports.memoryBytes);
  } finally {
    for (const raw of open) raw.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param open where what must be closed is noted */
function readRows(
  source: TableSource,
  before: CellReader | null,
  folder: string,
  open: RawTable[],
  ports: ReadPorts,
): Promise<ReadRows> {
  mkdirSync(folder);
  return withDuckDb(async (connection) => {
    const table = await preparedTable(connection, source, folder);
    const reader = new CellReader(source, table, before);
    const raw = new RawTable(reader.width, folder);
    open.push(raw);
    await reader.read(raw, ports);
    return { reader, raw };
  });
}

/** Progress that goes on where that of other rows ended. */
function after(rows: number, ports: ReadPorts): ReadPorts {
  const { onProgress } = ports;
  return { ...ports, onProgress: (done, total) => onProgress(rows + done, rows + total) };
}
