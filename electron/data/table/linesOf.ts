import { beginningOf } from '../beginning';

const SOME_BYTES = 1024 * 1024;

/** The first lines of a UTF-8 text file, at most so many. */
export function linesOf(path: string, most: number): readonly string[] {
  const text = beginningOf(path, SOME_BYTES)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  return text.split(/\r\n|\n|\r/).slice(0, most);
}
