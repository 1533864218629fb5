import { AppError } from '../../../shared/lib/appError';
import { cutText } from '../../../shared/lib/cutText';
import { badData } from '../badData';

/** What DuckDB found wrong with a table, in our words. */
export function irregular(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const line = /CSV Error on Line: (\d+)/.exec(said)?.[1];
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(said);
  const where = line === undefined ? '' : `line ${line} `;
  if (counts !== null) {
    return badData(
      `${path} is not a regular table: ${where}has ${counts[2]} cells, but others have ${counts[1]}.`,
      'Give every row as many cells as the header, or choose the separator and the lines to skip.',
      error,
    );
  }
  if (/Invalid Record Length/.test(said)) {
    return badData(
      `${path} is not a regular table: ${said}`,
      'Give every row as many cells as the header.',
      error,
    );
  }
  if (/unterminated quote|Quote Not Closed/i.test(said)) {
    return badData(
      `${path} is not a regular table: ${where}has a quote that is never closed.`,
      'Close it, or choose that cells are not quoted.',
      error,
    );
  }
  if (/not (valid )?utf-8|invalid unicode/i.test(said)) {
    return badData(
      `${path} is not text in UTF-8${line === undefined ? '' : `: line ${line} has other bytes`}.`,
      'Choose another encoding, or save the file as UTF-8.',
      error,
    );
  }
  if (/Maximum line size|max_line_size/i.test(said)) {
    return badData(
      `${path} is not a regular table: ${where}is longer than 2 MiB.`,
      'Shorten its cells. If a quote is open there, close it.',
      error,
    );
  }
  return badData(
    `${path} cannot be read as a table: ${shortened(said)}`,
    'Choose how the file is written, or another file.',
    error,
  );
}

const MOST_SHOWN = 200;

/** Its first lines, without the file's own text, of which one cell may be megabytes. */
function shortened(said: string): string {
  const text = said
    .split('\n')
    .filter((line) => !/^\s*Original Line:/.test(line))
    .slice(0, 2)
    .join(' ');
  return cutText(text, MOST_SHOWN);
}
