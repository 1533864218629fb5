import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableSource } from '../../../shared/data/kinds/table';
import type { CsvFormat } from '../../../shared/data/table/format';
import { badData } from '../badData';
import { columnNames } from './columnNames';
import { quoted, rowsOf } from './duckDb';
import { irregular } from './irregular';
import { linesOf } from './linesOf';
import { lineOfRow } from './lineOfRow';
import { parquetColumns } from './parquetColumns';
import { plainText } from './plainText';
import { csvSql, parquetSql, typedCsvSql, type TableSql } from './tableSql';
import { textFacts } from './textFacts';

/** A table's file, ready for queries. */
export interface PreparedTable {
  readonly path: string;
  readonly sql: TableSql;
  /** A faster way, which ends where a cell is no number; null if there is none. */
  readonly typedSql: TableSql | null;
  /** About how many rows there are. */
  readonly rows: number;
  /** Where a row is in the file, as people find it: `line 12`. */
  readonly whereIs: (row: number) => string;
  /** A cell as it is written; null if there is none. */
  readonly cellAt: (
    connection: DuckDBConnection,
    row: number,
    column: number,
  ) => Promise<string | null>;
}

/**
 * @param folder for a copy of text that DuckDB does not read
 * @throws {AppError} file-not-found, bad-data
 */
export async function preparedTable(
  connection: DuckDBConnection,
  { path, format, columns, target }: TableSource,
  folder: string,
): Promise<PreparedTable> {
  if (format.type === 'parquet') {
    const found = await parquetColumns(connection, path);
    refuseOtherColumns(
      path,
      columns.map(({ name }) => name),
      found.map(({ name }) => name),
    );
    const count = `SELECT count(*) FROM read_parquet(${quoted(path)})`;
    const [[rows] = []] = await rowsOf(connection, count);
    return withCells(path, parquetSql(path, found), null, Number(rows), (row) => `row ${row + 1}`);
  }
  const facts = textFacts(path);
  const plain = plainText(path, format, facts, folder);
  await refuseOtherHeader(
    connection,
    plain,
    path,
    format,
    columns.map(({ name }) => name),
  );
  const targets = columns.filter(({ role }) => role === 'target');
  // Several columns of classes are one-hot, which is read as numbers.
  const isNumber = target === 'number' || targets.length > 1;
  const numbers = new Set(
    columns.flatMap(({ role }, at) =>
      role === 'number' || (role === 'target' && isNumber) ? [at] : [],
    ),
  );
  const isPlain = format.decimal === '.' && format.thousands === '' && !facts.hasUnderscore;
  const typed = isPlain ? typedCsvSql(plain, format, columns.length, numbers) : null;
  const sql = csvSql(plain, format, columns.length);
  return withCells(path, sql, typed, someRows(plain), (row) => {
    const line = lineOfRow(plain, format, row);
    return line === null ? `row ${row + 1}` : `line ${line}`;
  });
}

function withCells(
  path: string,
  sql: TableSql,
  typedSql: TableSql | null,
  rows: number,
  whereIs: PreparedTable['whereIs'],
): PreparedTable {
  return {
    path,
    sql,
    typedSql,
    rows,
    whereIs,
    cellAt: async (connection, row, column) => {
      const query = `SELECT ${sql.text(column)} FROM ${sql.from} LIMIT 1 OFFSET ${row}`;
      const [found] = await rowsOf(connection, query);
      return found?.[0] === null || found === undefined ? null : String(found[0]).trim();
    },
  };
}

/** About how many rows a text file has, by the length of its first lines. */
function someRows(path: string): number {
  const lines = linesOf(path, 1_000);
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
  return Math.max(lines.length, Math.round((statSync(path).size * lines.length) / bytes));
}

/** The file may have changed since its columns were chosen. */
async function refuseOtherHeader(
  connection: DuckDBConnection,
  plain: string,
  path: string,
  format: CsvFormat,
  names: readonly string[],
): Promise<void> {
  if (!format.hasHeader) return;
  const { from, text } = csvSql(plain, { ...format, hasHeader: false }, names.length);
  const list = names.map((_, at) => text(at)).join();
  try {
    const [header = []] = await rowsOf(connection, `SELECT ${list} FROM ${from} LIMIT 1`);
    refuseOtherColumns(path, names, columnNames(header.map((cell) => String(cell ?? '').trim())));
  } catch (error) {
    throw irregular(path, error);
  }
}

function refuseOtherColumns(
  path: string,
  wanted: readonly string[],
  found: readonly string[],
): void {
  const at = wanted.findIndex((name, index) => found[index] !== name);
  if (at < 0 && wanted.length === found.length) return;
  const what =
    at < 0
      ? `has ${found.length} columns, but ${wanted.length} were chosen`
      : `has "${found[at] ?? 'nothing'}" as column ${at + 1}, but "${wanted[at]}" was chosen`;
  throw badData(`${path} ${what}.`, 'The file has changed: choose it again.');
}
