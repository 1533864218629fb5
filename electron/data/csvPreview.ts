import { parse } from 'csv-parse/sync';
import { badData } from './badData';
import { beginningOf } from './beginning';

const PREVIEW_ROWS = 5;
const HEADER_BYTES = 256 * 1024;

/**
 * The header and some rows, for a look and the choice of the label. The whole file is checked when
 * training starts.
 * @throws {AppError} bad-data
 */
export function firstLines(path: string): string[][] {
  try {
    // What was cut off in the middle of a line is not among the first.
    const lines = parse(beginningOf(path, HEADER_BYTES).toString('utf8'), {
      bom: true,
      trim: true,
      to: 1 + PREVIEW_ROWS,
      relax_quotes: true,
      relax_column_count: true,
    }) as string[][];
    if (lines[0] !== undefined && lines[0].length > 1) return lines;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(`${path} cannot be read as CSV: ${reason}`, 'Choose another file.', error);
  }
  throw badData(`${path} has no header line with at least two columns.`, 'Choose another file.');
}
