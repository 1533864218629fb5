import type { EncodingName } from '../../../shared/data/table/format';
import { beginningOf } from '../beginning';

/** Lines that are looked at, in so many bytes at most. */
const [LINES, BYTES] = [64, 256 * 1024];

/**
 * Whether a text table has its columns below each other, with spaces between: no other separator, in some
 * line several spaces in a row or spaces first, and in each line as many words.
 */
export function areAligned(path: string, encoding: EncodingName): boolean {
  const lines = firstLines(path, encoding).filter((line) => !/^\s*(#|$)/.test(line));
  const words = lines.map((line) => line.trim().split(/\s+/).length);
  return (
    lines.length > 1 &&
    lines.every((line) => !/[,;|\t"]/.test(line)) &&
    lines.some((line) => /^ | {2}/.test(line)) &&
    (words[0] ?? 0) > 1 &&
    words.every((count) => count === words[0])
  );
}

/** Whole lines, as far as the encoding makes any of its first bytes. */
function firstLines(path: string, encoding: EncodingName): readonly string[] {
  const bytes = beginningOf(path, BYTES);
  const lines = new TextDecoder(encoding).decode(bytes).split(/\r\n?|\n/);
  return (bytes.length < BYTES ? lines : lines.slice(0, -1)).slice(0, LINES);
}
