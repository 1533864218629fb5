import type { DuckDBConnection } from '@duckdb/node-api';
import { irregular } from './irregular';
import { quoted, rowsOf } from './duckDb';
import type { ParquetColumn } from './tableSql';

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;

/** The columns of a Parquet file. @throws {AppError} bad-data */
export async function parquetColumns(
  connection: DuckDBConnection,
  path: string,
): Promise<readonly ParquetColumn[]> {
  try {
    const rows = await rowsOf(connection, `DESCRIBE SELECT * FROM read_parquet(${quoted(path)})`);
    return rows.map(([name, type]) => ({
      name: String(name),
      isNumeric: NUMERIC.test(String(type)),
    }));
  } catch (error) {
    throw irregular(path, error);
  }
}
