import type { EncodingName } from '../../../shared/data/table/format';
import { piecesOf } from '../../files/piecesOf';
import { unreadable } from '../unreadable';

const [CR, LF] = [13, 10];

/** What the bytes of a text file show. */
export interface TextFacts {
  /** Null if it is not text. */
  readonly encoding: EncodingName | null;
  /** Whether lines end in different ways, which DuckDB refuses. */
  readonly hasMixedLineEnds: boolean;
}

/**
 * Reads a text file once for its encoding and line ends.
 * @throws {AppError} file-not-found, bad-data
 */
export function textFacts(path: string): TextFacts {
  try {
    const wide = utf16Of(path);
    if (wide !== null) return { encoding: wide, hasMixedLineEnds: false };
    const utf8 = new TextDecoder('utf-8', { fatal: true });
    let isUtf8 = true;
    const ends = new LineEnds();
    for (const piece of piecesOf(path)) {
      if (piece.includes(0)) return { encoding: null, hasMixedLineEnds: false };
      isUtf8 &&= decodes(utf8, piece);
      ends.take(piece);
    }
    isUtf8 &&= decodes(utf8, null);
    const encoding = isUtf8 ? 'utf-8' : isChinese(path) ? 'gb18030' : 'windows-1252';
    return { encoding, hasMixedLineEnds: ends.areMixed };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** UTF-16 by its byte order mark, or by zero bytes at every other place of Latin text without one. */
function utf16Of(path: string): EncodingName | null {
  const [start] = piecesOf(path, 4_096);
  if (start === undefined || start.length < 2) return null;
  const mark = start.readUInt16BE(0);
  if (mark === 0xfffe) return 'utf-16le';
  if (mark === 0xfeff) return 'utf-16be';
  const zeros = [0, 0] as [even: number, odd: number];
  start.forEach((byte, at) => {
    if (byte === 0) zeros[(at % 2) as 0 | 1]++;
  });
  const [even, odd] = zeros;
  if (odd > start.length / 4 && even === 0) return 'utf-16le';
  if (even > start.length / 4 && odd === 0) return 'utf-16be';
  return null;
}

/** Characters that Chinese text does not have; Latin text misread as GB18030 has others. */
const NOT_CHINESE =
  /[^\0-\u007f\u2000-\u206f\u2e80-\u303f\u31c0-\u31ef\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]/u;

function isChinese(path: string): boolean {
  const decoder = new TextDecoder('gb18030', { fatal: true });
  try {
    for (const piece of piecesOf(path)) {
      if (NOT_CHINESE.test(decoder.decode(piece, { stream: true }))) return false;
    }
    return !NOT_CHINESE.test(decoder.decode());
  } catch {
    return false;
  }
}

/** @param piece null at the end */
function decodes(decoder: InstanceType<typeof TextDecoder>, piece: Uint8Array | null): boolean {
  try {
    if (piece === null) decoder.decode();
    else decoder.decode(piece, { stream: true });
    return true;
  } catch {
    return false;
  }
}

class LineEnds {
  #kinds = { crlf: false, cr: false, lf: false };
  /** The last byte of the piece before. */
  #last = 0;

  take(piece: Uint8Array): void {
    const kinds = this.#kinds;
    if (this.#last === CR) kinds[piece[0] === LF ? 'crlf' : 'cr'] = true;
    for (let at = piece.indexOf(LF); at >= 0 && !kinds.lf; at = piece.indexOf(LF, at + 1)) {
      kinds.lf = (at === 0 ? this.#last : piece[at - 1]) !== CR;
    }
    for (let at = piece.indexOf(CR); at >= 0; at = piece.indexOf(CR, at + 1)) {
      if (kinds.cr && kinds.crlf) break;
      if (at + 1 < piece.length) kinds[piece[at + 1] === LF ? 'crlf' : 'cr'] = true;
    }
    this.#last = piece.at(-1) ?? 0;
  }

  get areMixed(): boolean {
    return Object.values(this.#kinds).filter(Boolean).length > 1;
  }
}
