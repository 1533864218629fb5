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
import { asPlain, plainText } from './plainText';
import type { CellSource } from './cellSource';
import { duckDbCells } from './duckDbCells';
import { csvSql, parquetSql, typedCsvSql } from './tableSql';
import { firstRecord, wideCells, wideSeparator } from './wideCells';
import { textFacts } from './textFacts';

/** A table's file, ready for queries. */
export interface PreparedTable {
  readonly path: string;
  readonly cells: CellSource;
  /** A faster way, which fails where a cell is no number; null if there is none. */
  readonly typedCells: CellSource | null;
  /** About how many rows there are. */
  readonly rows: number;
  /** Where a row is in the file, as people find it: `line 12`. */
  readonly whereIs: (row: number) => string;
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
    return {
      path,
      cells: duckDbCells(connection, parquetSql(path, found)),
      typedCells: null,
      rows: Number(rows),
      whereIs: (row) => `row ${row + 1}`,
    };
  }
  const facts = textFacts(path);
  const plain = plainText(path, format, facts, folder);
  const names = columns.map(({ name }) => name);
  const read = asPlain(format);
  const isWide = wideSeparator(plain, [read.separator]) !== null;
  const cellsOf = (own: CsvFormat) =>
    isWide ? wideCells(plain, own) : duckDbCells(connection, csvSql(plain, own, columns.length));
  await refuseOtherHeader(path, plain, read, names);
  const targets = columns.filter(({ role }) => role === 'target');
  // Several columns of classes are one-hot, which is read as numbers.
  const isNumber = target === 'number' || targets.length > 1;
  const numbers = new Set(
    columns.flatMap(({ role }, at) =>
      role === 'number' || role === 'weight' || (role === 'target' && isNumber) ? [at] : [],
    ),
  );
  const isPlain = format.decimal === '.' && format.thousands === '' && !facts.hasUnderscore;
  const typed = typedCsvSql(plain, read, columns.length, numbers);
  return {
    path,
    cells: cellsOf(read),
    typedCells: isPlain && !isWide ? duckDbCells(connection, typed) : null,
    rows: someRows(plain),
    whereIs: (row) => {
      const line = lineOfRow(plain, format, row);
      return line === null ? `row ${row + 1}` : `line ${line}`;
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
  path: string,
  plain: string,
  format: CsvFormat,
  names: readonly string[],
): Promise<void> {
  if (!format.hasHeader) return;
  try {
    const header = await firstRecord(plain, { ...format, hasHeader: false });
    refuseOtherColumns(path, names, columnNames(header));
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
  throw badData(
    `${path} ${what}.`,
    'The file has changed: look at its columns again, or choose it anew.',
  );
}
