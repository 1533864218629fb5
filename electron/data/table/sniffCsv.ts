import type { DuckDBConnection } from '@duckdb/node-api';
import type { CsvFormat, GivenFormat } from '../../../shared/data/table/format';
import { badData } from '../badData';
import { quoted, rowsOf } from './duckDb';
import { dialectOf } from './tableSql';
import { linesOf } from './linesOf';

/** DuckDB's word for an option that a file does not use. */
const NOT_USED = '(empty)';
/** The separators that are tried on a file of which DuckDB makes one column. */
export const separators = [',', ';', '\t', '|'];

/**
 * How a text table is written, as DuckDB's sniffer sees it.
 *
 * @param path of UTF-8 text
 * @param name of the file, for messages
 * @throws {AppError} bad-data if no table of at least two columns is found
 */
export async function sniffCsv(
  connection: DuckDBConnection,
  path: string,
  name: string,
  given: GivenFormat,
): Promise<{ readonly format: CsvFormat; readonly columns: number }> {
  const first = await sniffed(connection, path, given);
  const lines = linesOf(path, 64);
  if (lines.every((line) => line.trim() === '')) {
    throw badData(`${name} is empty.`, 'Give a table with a header line and at least two rows.');
  }
  // DuckDB skips lines until the rest is regular; rows must not get lost that way.
  const skipped = lines.slice(0, first?.format.skip ?? 0);
  const isRow = (line: string) => line.includes(first?.format.separator ?? ',');
  const isNote = (line: string) => /^\s*(#|sep=)/i.test(line);
  const lost = given.skip === undefined && skipped.some((line) => isRow(line) && !isNote(line));
  if (first !== null && first.columns > 1 && !lost) return first;
  const separator = given.separator ?? separators.find((own) => lines[0]?.includes(own));
  if (separator === undefined) {
    throw badData(
      `${name} has only one column.`,
      'Choose the separator of its columns, or another file.',
    );
  }
  // Not regular: reading it so names the line.
  const skip = given.skip ?? 0;
  const columns = (lines[skip] ?? '').split(separator).length;
  return { format: { ...plainFormat, hasHeader: true, ...given, separator, skip }, columns };
}

export const plainFormat: CsvFormat = {
  type: 'csv',
  encoding: 'utf-8',
  separator: ',',
  quote: '"',
  escape: '"',
  decimal: '.',
  thousands: '',
  hasHeader: true,
  skip: 0,
  comment: '',
};

/** Null if DuckDB finds no dialect in which the file is regular. */
async function sniffed(connection: DuckDBConnection, path: string, given: GivenFormat) {
  const header = given.hasHeader === undefined ? [] : [`header = ${given.hasHeader}`];
  const options = [quoted(path), ...dialectOf(given), ...header];
  const sql = `SELECT Delimiter, Quote, "Escape", Comment, SkipRows, HasHeader, len(Columns)
    FROM sniff_csv(${options.join(', ')})`;
  const rows = await rowsOf(connection, sql).catch(() => []);
  const [row] = rows;
  if (row === undefined) return null;
  const [separator, quote, escape, comment, skip, hasHeader, columns] = row.map(String) as [
    ...[string, string, string, string, string, string, string],
  ];
  const used = (value: string, otherwise: string) => (value === NOT_USED ? otherwise : value);
  const format: CsvFormat = {
    ...plainFormat,
    separator: used(separator, ','),
    // A quote may come after the rows that were looked at.
    quote: used(quote, '"'),
    escape: used(escape, '"'),
    comment: used(comment, ''),
    skip: Number(skip),
    hasHeader: hasHeader === 'true',
    ...given,
  };
  return { format, columns: Number(columns) };
}
