import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { TableSource } from '../../../shared/data/kinds/table';
import type { Dataset } from '../dataset';
import type { ReadPorts } from '../readPorts';
import { arrangedTable } from './arrangedTable';
import { CellReader } from './cellReader';
import { withDuckDb } from './duckDb';
import { RawTable } from './rawTable';
import { preparedTable } from './preparedTable';

/**
 * Reads a table as it was chosen to be read.
 * @throws {AppError} file-not-found, bad-data with line and column, stopped, out-of-memory
 */
export async function readTable(source: TableSource, ports: ReadPorts): Promise<Dataset> {
  const folder = mkdtempSync(join(os.tmpdir(), 'twintrain-table-'));
  try {
    return await withDuckDb(async (connection) => {
      const table = await preparedTable(connection, source, folder);
      const reader = new CellReader(source, table);
      const raw = new RawTable(reader.width, folder);
      try {
        await reader.read(connection, raw, ports);
        return await arrangedTable(source, reader, raw, ports);
      } finally {
        raw.close();
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
