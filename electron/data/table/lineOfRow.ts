import type { CsvFormat } from '../../../shared/data/table/format';
import { piecesOf } from '../../files/piecesOf';

const [CR, LF] = [13, 10];

/**
 * The line on which a row begins, from 1: for messages, since cells may hold line ends and empty lines are
 * no rows.
 * @param path of UTF-8 text
 * @param row from 0, the header not counted
 * @returns null if there is no such row
 */
export function lineOfRow(path: string, format: CsvFormat, row: number): number | null {
  const [quote, comment] = [format.quote.charCodeAt(0), format.comment.charCodeAt(0)];
  let before = row + (format.hasHeader ? 1 : 0);
  let line = 1;
  /** Where the record began; null before its first byte. */
  let start: number | null = null;
  let isQuoted = false;
  let isComment = false;
  let last = 0;
  for (const piece of piecesOf(path)) {
    for (const byte of piece) {
      const isSecondHalf = byte === LF && last === CR;
      last = byte;
      if (isSecondHalf) continue;
      if (byte !== LF && byte !== CR) {
        if (line <= format.skip) continue;
        if (start === null) isComment = byte === comment;
        start ??= line;
        if (byte === quote && !isComment) isQuoted = !isQuoted;
        continue;
      }
      line++;
      if (isQuoted) continue;
      if (start !== null && !isComment && before-- === 0) return start;
      start = null;
    }
  }
  return before === 0 ? start : null;
}
