import { parse } from 'csv-parse/sync';
import { AppError } from '../../shared/lib/appError';
import { badData } from './badData';
import { beginningOf } from './beginning';
import { csvHeader } from './csvHeader';
import { csvText } from './csvText';

const PREVIEW_ROWS = 5;
/** Enough for a table of usual width; a wider one is read again, up to MOST_BYTES. */
const SOME_BYTES = 256 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;

export interface CsvPreview {
  readonly columns: readonly string[];
  readonly firstRows: readonly (readonly string[])[];
  /** How the file is read, where that is not obvious. */
  readonly notes: readonly string[];
}

/**
 * The columns and some rows, to look at and to choose the label from. The whole file is checked when
 * training starts.
 * @throws {AppError} bad-data
 */
export function csvPreview(path: string): CsvPreview {
  const some = beginningOf(path, SOME_BYTES);
  const bytes =
    some.length === SOME_BYTES && !some.includes(10) ? beginningOf(path, MOST_BYTES) : some;
  const { text, note } = csvText(bytes, path, false);
  let lines: string[][];
  try {
    lines = parse(text, {
      bom: true,
      trim: true,
      // A line that is cut off where the bytes end lies beyond these.
      to: 1 + PREVIEW_ROWS,
      relax_quotes: true,
      relax_column_count: true,
    }) as string[][];
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(`${path} cannot be read as CSV: ${reason}`, 'Choose another file.', error);
  }
  if ((lines[0]?.length ?? 0) < 2) {
    throw badData(`${path} has no header line with at least two columns.`, 'Choose another file.');
  }
  const { columns, isThere } = csvHeader(lines, path, null);
  return {
    columns,
    firstRows: (isThere ? lines.slice(1) : lines).slice(0, PREVIEW_ROWS),
    notes: [
      ...(note === null ? [] : [note]),
      ...(isThere ? [] : ['There is no header line: columns are numbered.']),
    ],
  };
}
