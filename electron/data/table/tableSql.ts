import { numberPattern, plainNumbers, type NumberStyle } from '../../../shared/data/table/cellText';
import { missingWords } from '../../../shared/data/table/missingWords';
import type { CsvFormat } from '../../../shared/data/table/format';
import { quoted } from './duckDb';

/** What DuckDB buffers of a file at a time; a line must fit in. */
const BUFFER_BYTES = 2 * 1024 * 1024;

/** A table that DuckDB reads: SQL for its rows, and for a cell of a column. */
export interface TableSql {
  readonly from: string;
  /** A cell as text; NULL if it is not there. */
  readonly text: (column: number) => string;
  /** A cell as a double: NaN if it is missing, infinite if it is no number. */
  readonly number: (column: number) => string;
}

/** @param columns how many there are */
export function csvSql(path: string, format: CsvFormat, columns: number): TableSql {
  const names = Array.from({ length: columns }, (_, at) => `'c${at}': 'VARCHAR'`);
  const options = [
    ...dialectOf(format),
    'auto_detect = false',
    `header = ${format.hasHeader}`,
    `columns = {${names.join()}}`,
    `buffer_size = ${BUFFER_BYTES}`,
  ];
  return {
    from: `read_csv(${quoted(path)}, ${options.join(', ')})`,
    text: (column) => `c${column}`,
    number: (column) => numberSql(`c${column}`, format, format.alsoMissing),
  };
}

/**
 * The same table, where DuckDB parses numbers while it reads, in two thirds of the time. A cell that is no
 * number ends the query; one that has an underscore is wrongly a number.
 * @param numbers places of the columns of numbers
 */
export function typedCsvSql(
  path: string,
  format: CsvFormat,
  columns: number,
  numbers: ReadonlySet<number>,
): TableSql {
  const types = Array.from(
    { length: columns },
    (_, at) => `'c${at}': '${numbers.has(at) ? 'DOUBLE' : 'VARCHAR'}'`,
  );
  const options = [
    ...dialectOf(format),
    'auto_detect = false',
    `header = ${format.hasHeader}`,
    `nullstr = [${[...missingWords, ...(format.alsoMissing ?? [])].map(quoted).join()}]`,
    `columns = {${types.join()}}`,
    `buffer_size = ${BUFFER_BYTES}`,
  ];
  return {
    from: `read_csv(${quoted(path)}, ${options.join(', ')})`,
    text: (column) => `c${column}`,
    number: (column) => `coalesce(c${column}, 'NaN'::DOUBLE)`,
  };
}

/** A column of a Parquet file, which has a type of its own. */
export interface ParquetColumn {
  readonly name: string;
  readonly isNumeric: boolean;
}

export function parquetSql(path: string, columns: readonly ParquetColumn[]): TableSql {
  const cell = (column: number) => `"${(columns[column]?.name ?? '').replaceAll('"', '""')}"`;
  const text = (column: number) => `CAST(${cell(column)} AS VARCHAR)`;
  return {
    from: `read_parquet(${quoted(path)})`,
    text,
    number: (column) =>
      columns[column]?.isNumeric === true
        ? `coalesce(CAST(${cell(column)} AS DOUBLE), 'NaN'::DOUBLE)`
        : numberSql(text(column), plainNumbers),
  };
}

/** Options of read_csv and sniff_csv. */
export function dialectOf(format: Partial<CsvFormat>): readonly string[] {
  const text = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`${name} = ${quoted(value)}`];
  return [
    ...text('delim', format.separator),
    ...text('quote', format.quote),
    ...text('escape', format.quote === '' ? '' : format.escape),
    ...text('comment', format.comment),
    ...(format.skip === undefined ? [] : [`skip = ${format.skip}`]),
  ];
}

function numberSql(
  cell: string,
  { decimal, thousands }: NumberStyle,
  also: readonly string[] = [],
): string {
  // Not IN: DuckDB makes a join of a long list, after which rows come in any order.
  const missing = missingWords.map(quoted).join();
  const isPlain = decimal === '.' && thousands === '';
  // DuckDB also reads 1_000 as a number; all else that it reads and tables do not mean is not finite.
  const value = isPlain
    ? `CASE WHEN contains(${cell}, '_') THEN NULL ELSE TRY_CAST(${cell} AS DOUBLE) END`
    : `CASE WHEN regexp_full_match(trim(${cell}), ${quoted(numberPattern({ decimal, thousands }))})
        THEN TRY_CAST(replace(${thousands === '' ? cell : `replace(${cell}, ${quoted(thousands)}, '')`}, ${quoted(decimal)}, '.') AS DOUBLE) END`;
  // What looks like a number may be named as missing, such as -999.
  const named =
    also.length === 0
      ? ''
      : `CASE WHEN list_contains([${also.map(quoted).join()}], trim(${cell})) THEN 'NaN'::DOUBLE END, `;
  return `coalesce(${named}${value}, CASE
    WHEN ${cell} IS NULL OR list_contains([${missing}], trim(${cell})) THEN 'NaN'::DOUBLE
    WHEN lower(trim(${cell})) = 'true' THEN 1
    WHEN lower(trim(${cell})) = 'false' THEN 0
    ELSE 'Infinity'::DOUBLE END)`;
}
