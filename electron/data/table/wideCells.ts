import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { CsvFormat } from '../../../shared/data/table/format';
import { isBoolean, isNumber, numberOf } from '../../../shared/data/table/cellText';
import { missingTest } from '../../../shared/data/table/missingWords';
import { AppError } from '../../../shared/lib/appError';
import { piecesOf } from '../../files/piecesOf';
import type { Batch, CellSource, Wanted } from './cellSource';

/** More columns make DuckDB take minutes and gigabytes: it keeps 2,048 rows of every column at a time. */
const MOST_FOR_DUCKDB = 4_000;
/** Cells of a batch. */
const BATCH_CELLS = 1_000_000;
const [LF, MOST_LINE_BYTES] = [10, 64 * 1024 * 1024];

/**
 * How many columns the first line of a table has, by the separator that it has most of, if it is too wide
 * for DuckDB; else null.
 */
export function wideSeparator(path: string, separators: readonly string[]): string | null {
  let line = '';
  for (const piece of piecesOf(path)) {
    const end = piece.indexOf(LF);
    line += piece.toString('latin1', 0, end < 0 ? piece.length : end);
    if (end >= 0 || line.length > MOST_LINE_BYTES) break;
  }
  const counts = separators.map((own) => [own, line.split(own).length] as const);
  const [widest] = counts.sort((a, b) => b[1] - a[1]);
  return widest !== undefined && widest[1] > MOST_FOR_DUCKDB ? widest[0] : null;
}

/** The cells of the first record, however many the others have. @param format without a header */
export async function firstRecord(path: string, format: CsvFormat): Promise<readonly string[]> {
  for await (const record of recordsOf(path, format, 0, 1)) return record as string[];
  return [];
}

/** The cells of a text table that is too wide for DuckDB, record by record. @param path of UTF-8 text */
export function wideCells(path: string, format: CsvFormat): CellSource {
  const isMissing = missingTest(format.alsoMissing);
  return {
    async *batches(wanted, signal, most) {
      const rowsOfBatch = Math.max(1, Math.floor(BATCH_CELLS / Math.max(1, wanted.length)));
      let held: string[][] = [];
      for await (const record of recordsOf(path, format, 0, most)) {
        if (signal?.aborted) throw new AppError('stopped', 'Stopped.', 'Choose the file again.');
        held.push(record as string[]);
        if (held.length < rowsOfBatch) continue;
        yield batchOf(held, wanted, format, isMissing);
        held = [];
      }
      if (held.length > 0) yield batchOf(held, wanted, format, isMissing);
    },
    cellAt: async (row, column) => {
      for await (const record of recordsOf(path, format, row, 1))
        return (record as string[])[column] ?? null;
      return null;
    },
  };
}

/** @param from row, the header not counted @param most rows; null for all */
function recordsOf(path: string, format: CsvFormat, from: number, most: number | null) {
  const first = from + (format.hasHeader ? 2 : 1);
  return createReadStream(path).pipe(
    parse({
      bom: true,
      delimiter: format.separator,
      quote: format.quote === '' ? null : format.quote,
      escape: format.quote === '' ? null : format.escape,
      comment: format.comment,
      skip_empty_lines: true,
      trim: true,
      from_line: format.skip + 1,
      from: first,
      ...(most !== null && { to: first + most - 1 }),
      max_record_size: MOST_LINE_BYTES,
    }),
  );
}

function batchOf(
  records: readonly (readonly string[])[],
  wanted: readonly Wanted[],
  format: CsvFormat,
  isMissing: (cell: string) => boolean,
): Batch {
  const cell = (row: number, index: number) => records[row]?.[wanted[index]?.at ?? -1] ?? '';
  return {
    rows: records.length,
    numbers: (index) =>
      Float64Array.from(records, (_, row) => {
        const own = cell(row, index);
        return isMissing(own) ? NaN : valueOf(own, format);
      }),
    texts: (index) => records.map((_, row) => cell(row, index)),
  };
}

/** As DuckDB's way gives it: infinite if it is no number. */
function valueOf(cell: string, format: CsvFormat): number {
  if (isNumber(cell, format)) return numberOf(cell, format);
  return isBoolean(cell) ? Number(cell.toLowerCase() === 'true') : Infinity;
}
