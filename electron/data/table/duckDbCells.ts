import type { DuckDBConnection } from '@duckdb/node-api';
import type { CellSource } from './cellSource';
import { chunksOf, rowsOf } from './duckDb';
import type { TableSql } from './tableSql';
import { textsOf } from './textsOf';

/** A table that DuckDB reads. */
export function duckDbCells(connection: DuckDBConnection, sql: TableSql): CellSource {
  return {
    async *batches(wanted, signal, most) {
      const list = wanted.map(({ at, isText }) => (isText ? sql.text(at) : sql.number(at)));
      const limit = most === null ? '' : ` LIMIT ${most}`;
      const rest = `FROM ${sql.from}${limit}`;
      for await (const { chunk, count } of chunksOf(connection, list, rest, signal)) {
        yield {
          rows: count,
          numbers: (index) => {
            const { items } = chunk.getColumnVector(index) as unknown as {
              readonly items: Float64Array;
            };
            return items.subarray(0, count);
          },
          texts: (index) => textsOf(chunk, index, count),
        };
      }
    },
    cellAt: async (row, column) => {
      const query = `SELECT ${sql.text(column)} FROM ${sql.from} LIMIT 1 OFFSET ${row}`;
      const [found] = await rowsOf(connection, query);
      return found?.[0] === null || found === undefined ? null : String(found[0]).trim();
    },
  };
}
