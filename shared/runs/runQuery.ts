import { AppError } from '../lib/appError';
import { cellText, columnOf, runColumnIds, type RunColumnId } from './runColumns';
import type { RunSummary } from './runSummary';

export interface RunOrder {
  readonly column: RunColumnId;
  readonly isDescending: boolean;
}

type Test = (run: RunSummary) => boolean;

/**
 * A search over runs. Words must all occur, in any column; `column:text` looks in one, `column>1`,
 * `<`, `>=`, `<=` and `=` compare its value, `-` in front excludes, and quotes keep spaces.
 *
 * @throws {AppError} bad-arguments for a column that there is not
 */
export function parseRunQuery(text: string): Test {
  const tests = wordsOf(text).map(testOf);
  return (run) => tests.every((test) => test(run));
}

/** `seed:42 "two words" -tags:"a b"` as its three words, with their quotes. */
function wordsOf(text: string): string[] {
  return (text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? []).filter((word) => /[^"-]/.test(word));
}

const unquoted = (text: string) => text.replaceAll('"', '');

function testOf(word: string): Test {
  if (word.startsWith('-')) {
    const test = testOf(word.slice(1));
    return (run) => !test(run);
  }
  const [, name, relation, wanted] = /^([A-Za-z]+)(:|>=|<=|=|>|<)(.*)$/s.exec(word) ?? [];
  if (name === undefined || relation === undefined || wanted === undefined) return anywhere(word);
  const column = runColumnIds.find((own) => own === name.toLowerCase());
  if (column === undefined) {
    // A drive.
    if (name.length === 1) return anywhere(word);
    throw new AppError(
      'bad-arguments',
      `There is no column "${name}".`,
      `The columns are ${runColumnIds.join(', ')}; put quotes around a text with a colon in it.`,
    );
  }
  const plain = unquoted(wanted);
  return relation === ':' ? contains(column, plain) : compares(column, relation, plain);
}

function anywhere(word: string): Test {
  const wanted = unquoted(word).toLowerCase();
  return (run) =>
    run.folder.toLowerCase().includes(wanted) ||
    runColumnIds.some((column) => cellText(column, run).toLowerCase().includes(wanted));
}

/** With nothing after the colon: where the column is empty. A number, a seed and an engine are whole. */
function contains(column: RunColumnId, text: string): Test {
  const wanted = text.toLowerCase();
  const isWhole = columnOf(column).isNumber === true || column === 'seed';
  return (run) => {
    const value = columnOf(column).valueOf(run);
    if (wanted === '') return value === null;
    if (value === null) return false;
    if (isWhole) return String(value).toLowerCase() === wanted;
    // What a person sees, and for an engine also what options and projects call it.
    const also = column === 'engine' ? ` ${run.engine}` : '';
    return (cellText(column, run) + also).toLowerCase().includes(wanted);
  };
}

function compares(column: RunColumnId, relation: string, text: string): Test {
  const isNumber = columnOf(column).isNumber === true;
  const wanted = isNumber ? Number(text) : text;
  if (text === '' || Number.isNaN(wanted)) {
    throw new AppError(
      'bad-arguments',
      `"${column}${relation}${text}" needs a number.`,
      `Write, for example, ${column}${relation}10.`,
    );
  }
  return (run) => {
    const value = columnOf(column).valueOf(run);
    if (value === null) return false;
    switch (relation) {
      case '>':
        return value > wanted;
      case '<':
        return value < wanted;
      case '>=':
        return value >= wanted;
      case '<=':
        return value <= wanted;
      default:
        return value === wanted;
    }
  };
}

/** Sorted by a column; what has no value there comes last in either direction, equal ones by date and name. */
export function sortedRuns(runs: readonly RunSummary[], { column, isDescending }: RunOrder) {
  const { valueOf, isCode } = columnOf(column);
  const inOrder = isCode === true ? byCharacters : compared;
  const sign = isDescending ? -1 : 1;
  const keyed = runs.map((run) => ({ run, key: emptyIfNotANumber(valueOf(run)) }));
  keyed.sort(
    (a, b) =>
      nullsLast(a.key, b.key) ??
      (sign * inOrder(a.key, b.key) ||
        byCharacters(b.run.createdAt, a.run.createdAt) ||
        compared(a.run.folder, b.run.folder)),
  );
  return keyed.map(({ run }) => run);
}

type Key = string | number | null;

/** A loss that became NaN can be in no order. */
function emptyIfNotANumber(key: Key): Key {
  return typeof key === 'number' && Number.isNaN(key) ? null : key;
}

function nullsLast(a: Key, b: Key): number | null {
  if ((a === null) === (b === null)) return null;
  return a === null ? 1 : -1;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compared(a: Key, b: Key): number {
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return byCharacters(a, b);
}

function byCharacters(a: Key, b: Key): number {
  return a === b || a === null || b === null ? 0 : a < b ? -1 : 1;
}
