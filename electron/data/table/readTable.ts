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
    const { reader, raw } = await withDuckDb(async (connection) => {
      const table = await preparedTable(connection, source, folder);
      const own = new CellReader(source, table);
      const rows = new RawTable(own.width, folder);
      try {
        await own.read(rows, ports);
      } catch (error) {
        rows.close();
        throw error;
      }
      return { reader: own, raw: rows };
    });
    try {
      // Without DuckDB's buffers beside the array.
      return await arrangedTable(source, reader, raw, ports);
    } finally {
      raw.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
