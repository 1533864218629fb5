import { badData } from './badData';

export interface CsvText {
  readonly text: string;
  /** How its bytes were decoded, if not as UTF-8. */
  readonly note: string | null;
}

/** Chinese characters and punctuation; Latin text misread as GB18030 has others. */
const CHINESE =
  /^[\u2000-\u206f\u2e80-\u303f\u31c0-\u31ef\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]$/u;

/**
 * A table's bytes as text: UTF-8, UTF-16 with a byte order mark, or GB18030 (GBK, GB2312) where that gives
 * Chinese throughout.
 * @param isWhole false for a file's beginning, which may end within a character
 * @throws {AppError} bad-data if it is none of these
 */
export function csvText(bytes: Uint8Array, name: string, isWhole = true): CsvText {
  const mark = Buffer.from(bytes.subarray(0, 2)).toString('hex');
  if (mark === 'fffe' || mark === 'feff') {
    const encoding = mark === 'fffe' ? 'utf-16le' : 'utf-16be';
    const text = decoded(bytes, encoding, isWhole);
    if (text !== null) return { text, note: `${name} is read as ${encoding.toUpperCase()}.` };
  }
  if (bytes.includes(0)) {
    throw badData(`${name} is not a text file (it holds zero bytes).`, 'Give a CSV file in UTF-8.');
  }
  const plain = decoded(bytes, 'utf-8', isWhole);
  if (plain !== null) return { text: plain, note: null };
  const chinese = decoded(bytes, 'gb18030', isWhole);
  const others = [...(chinese ?? '')].filter((character) => character > '\u007f');
  if (chinese !== null && others.every((own) => CHINESE.test(own))) {
    return { text: chinese, note: `${name} is not UTF-8; it is read as GB18030 (GBK).` };
  }
  throw badData(`${name} is not UTF-8 text.`, 'Save the file as CSV in UTF-8, then try again.');
}

function decoded(bytes: Uint8Array, encoding: string, isWhole: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return null;
  }
}
