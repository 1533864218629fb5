import buffer from 'node:buffer';
import { statSync } from 'node:fs';
import type { EncodingName } from '../../../shared/data/table/format';
import { piecesOf } from '../../files/piecesOf';
import { unreadable } from '../unreadable';

const [CR, LF, UNDERSCORE] = [13, 10, 95];

/** What the bytes of a text file show. */
export interface TextFacts {
  /** Null if it is not text. */
  readonly encoding: EncodingName | null;
  /** Whether lines end in different ways, which DuckDB refuses. */
  readonly hasMixedLineEnds: boolean;
  /** Whether there is one after the first line: DuckDB takes 1_000 for a number. */
  readonly hasUnderscore: boolean;
}

let remembered: { readonly key: string; readonly facts: TextFacts } | null = null;

/**
 * Reads a text file once for its encoding and line ends.
 * @throws {AppError} file-not-found, bad-data
 */
export function textFacts(path: string): TextFacts {
  try {
    // Asked for when a table is recognised, and again when it is read.
    const { size, mtimeMs, ctimeMs } = statSync(path);
    const key = JSON.stringify([path, size, mtimeMs, ctimeMs]);
    if (remembered?.key !== key) remembered = { key, facts: foundIn(path) };
    return remembered.facts;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function foundIn(path: string): TextFacts {
  const other = { hasMixedLineEnds: false, hasUnderscore: true };
  const wide = utf16Of(path);
  if (wide !== null) return { encoding: wide, ...other };
  const utf8 = new Utf8Check();
  const ends = new LineEnds();
  let hasUnderscore = false;
  let isFirst = true;
  for (const piece of piecesOf(path)) {
    if (piece.includes(0)) return { encoding: null, ...other };
    utf8.take(piece);
    ends.take(piece);
    const header = isFirst ? piece.indexOf(LF) + 1 : 0;
    hasUnderscore ||= piece.includes(UNDERSCORE, header);
    isFirst = false;
  }
  const encoding = utf8.end() ? 'utf-8' : isChinese(path) ? 'gb18030' : 'windows-1252';
  return { encoding, hasMixedLineEnds: ends.areMixed, hasUnderscore };
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
  const pairs = new HighPairs();
  try {
    for (const piece of piecesOf(path)) {
      pairs.take(piece);
      if (NOT_CHINESE.test(decoder.decode(piece, { stream: true }))) return false;
    }
    return !NOT_CHINESE.test(decoder.decode()) && pairs.areMost;
  } catch {
    return false;
  }
}

/**
 * Whether characters of two bytes mostly have two high ones, as those of GB2312 have. An accented letter of
 * Latin-1 before a plain one, such as `äc`, is valid in GB18030 too, where it is one character.
 */
class HighPairs {
  #isSecond = false;
  #high = 0;
  #low = 0;

  take(piece: Uint8Array): void {
    for (const byte of piece) {
      if (this.#isSecond) {
        if (byte >= 0x80) this.#high++;
        else this.#low++;
        this.#isSecond = false;
      } else this.#isSecond = byte >= 0x80;
    }
  }

  get areMost(): boolean {
    return this.#high > this.#low;
  }
}

/** Node has a check without a decoded copy since 18; Electron 22 has 16. */
const { isUtf8 } = buffer as { readonly isUtf8?: (bytes: Uint8Array) => boolean };

class Utf8Check {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #isValid = true;
  /** The bytes after the last line end of the piece before. */
  #rest: Buffer = Buffer.alloc(0);

  take(piece: Buffer): void {
    if (!this.#isValid) return;
    if (isUtf8 === undefined) {
      this.#isValid = this.#decodes(piece);
      return;
    }
    // A line feed is never part of another character, so pieces are cut there.
    const first = piece.indexOf(LF) + 1;
    const last = piece.lastIndexOf(LF) + 1;
    this.#isValid =
      last === 0 ||
      (isUtf8(Buffer.concat([this.#rest, piece.subarray(0, first)])) &&
        isUtf8(piece.subarray(first, last)));
    this.#rest =
      last === 0 ? Buffer.concat([this.#rest, piece]) : Buffer.from(piece.subarray(last));
  }

  /** @returns whether all of it was valid */
  end(): boolean {
    return this.#isValid && (isUtf8 === undefined ? this.#decodes(null) : isUtf8(this.#rest));
  }

  /** @param piece null at the end */
  #decodes(piece: Uint8Array | null): boolean {
    try {
      if (piece === null) this.#decoder.decode();
      else this.#decoder.decode(piece, { stream: true });
      return true;
    } catch {
      return false;
    }
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
