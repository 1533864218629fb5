import { AppError } from '../../../shared/lib/appError';
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
  return badData(
    `${path} cannot be read as a table: ${said.split('\n').slice(0, 2).join(' ')}`,
    'Choose how the file is written, or another file.',
    error,
  );
}
