import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { RUNS_OF_BLANKS, type CsvFormat } from '../../../shared/data/table/format';
import { writeError } from '../../files/writeFolder';
import { piecesOf } from '../../files/piecesOf';
import { badData } from '../badData';
import type { TextFacts } from './textFacts';

/** How the text that `plainText` gives is written: it has tabs in place of runs of blanks. */
export function asPlain<F extends Pick<CsvFormat, 'separator'>>(format: F): F {
  return format.separator === RUNS_OF_BLANKS ? { ...format, separator: '\t' } : format;
}

/**
 * The file as DuckDB reads it: in UTF-8, with lines that all end in the same way, and one separator between
 * two cells. A file that is not so is copied; inside quotes nothing is changed.
 * @param folder for the copy
 * @throws {AppError} bad-data if its bytes are not of that encoding
 */
export function plainText(
  path: string,
  { encoding, quote, separator }: Pick<CsvFormat, 'encoding' | 'quote' | 'separator'>,
  { hasMixedLineEnds }: TextFacts,
  folder: string,
): string {
  const isOther = encoding !== 'utf-8';
  const isAligned = separator === RUNS_OF_BLANKS;
  if (!isOther && !hasMixedLineEnds && !isAligned) return path;
  const copy = join(folder, 'plain.csv');
  const file = openSync(copy, 'w');
  const lines = new SameLineEnds(quote);
  const cells = isAligned ? new TabsForBlanks(quote) : null;
  const changed = (text: string) => cells?.take(text) ?? text;
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    for (const piece of piecesOf(path)) {
      writeSync(file, changed(lines.take(decoder.decode(piece, { stream: true }))));
    }
    writeSync(file, changed(lines.take(decoder.decode()) + lines.end()));
  } catch (error) {
    if (!(error instanceof TypeError)) throw writeError(error, copy);
    throw badData(
      `${path} is not text in ${encoding}.`,
      'Choose another encoding, or save the file as UTF-8.',
      error,
    );
  } finally {
    closeSync(file);
  }
  return copy;
}

/** Makes every line end in a line feed. */
class SameLineEnds {
  readonly #tokens: RegExp;
  #isQuoted = false;
  #held = '';

  constructor(readonly quote: string) {
    this.#tokens = quote === '"' || quote === "'" ? new RegExp(`${quote}|\\r\\n?`, 'g') : /\r\n?/g;
  }

  take(text: string): string {
    const whole = this.#held + text;
    // A carriage return at the end may be half of a line end.
    this.#held = whole.endsWith('\r') ? '\r' : '';
    return this.#changed(this.#held === '' ? whole : whole.slice(0, -1));
  }

  end(): string {
    return this.#held === '' ? '' : '\n';
  }

  #changed(text: string): string {
    return text.replace(this.#tokens, (token) => {
      if (token === this.quote) this.#isQuoted = !this.#isQuoted;
      return token === this.quote || this.#isQuoted ? token : '\n';
    });
  }
}

/** Makes every run of blanks between two cells a tab, and drops those around a line. */
class TabsForBlanks {
  readonly #tokens: RegExp;
  #isQuoted = false;
  /** Whether a blank came last in the line, which may be its end. */
  #isBlank = false;
  #isStart = true;

  constructor(readonly quote: string) {
    this.#tokens =
      quote === ''
        ? /[ \t]+|\n|[^ \t\n]+/g
        : new RegExp(`[ \\t]+|\\n|${quote}|[^ \\t\\n${quote}]+`, 'g');
  }

  take(text: string): string {
    return text.replace(this.#tokens, (token) => {
      if (this.#isQuoted && token !== this.quote) return token;
      if (token === '\n') {
        this.#isStart = true;
        this.#isBlank = false;
        return token;
      }
      if (token.startsWith(' ') || token.startsWith('\t')) {
        this.#isBlank = true;
        return '';
      }
      const before = this.#isBlank && !this.#isStart ? '\t' : '';
      this.#isStart = false;
      this.#isBlank = false;
      if (token === this.quote) this.#isQuoted = !this.#isQuoted;
      return before + token;
    });
  }
}
