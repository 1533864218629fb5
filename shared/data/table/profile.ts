import { dateKey, isAnyNumber, isBoolean, isDate, isNumber, type NumberStyle } from './cellText';

/** What the first rows of a column hold. */
export interface ColumnProfile {
  readonly name: string;
  /** Whether the file gives it no name. */
  readonly isUnnamed: boolean;
  readonly rows: number;
  readonly missing: number;
  /** What every cell is that is not missing; `mostly-numbers` has some that are something else. */
  readonly holds:
    'nothing' | 'numbers' | 'mostly-numbers' | 'booleans' | 'dates' | 'grouped-numbers' | 'text';
  /** Whether most cells have several words. */
  readonly haveWords: boolean;
  /** Whether all are whole numbers. */
  readonly areWhole: boolean;
  /** Whether they count the rows, from 0 or 1. */
  readonly countRows: boolean;
  /** Of dates: whether each is before the one above, or the same, so that time runs backwards. */
  readonly runsBackwards: boolean;
  /** How many different cells there are. */
  readonly distinct: number;
  /** Some of them, in the order of the file. */
  readonly examples: readonly string[];
}

const EXAMPLES = 4;
const MOSTLY = 0.9;

function runBackwards(dates: readonly string[]): boolean {
  const times = dates.map(dateKey);
  const isDown = times.every(
    (own, row) => own !== null && (row === 0 || own <= (times[row - 1] ?? '')),
  );
  return isDown && times[0] !== times.at(-1);
}

/**
 * @param cells of the first rows; null where there is none
 * @param style how the file writes numbers
 * @param isMissing tells cells that are missing
 */
export function profileOf(
  name: string,
  isUnnamed: boolean,
  cells: readonly (string | null)[],
  style: NumberStyle,
  isMissing: (cell: string) => boolean,
): ColumnProfile {
  const there = cells.filter((cell): cell is string => cell !== null && !isMissing(cell));
  const every = (is: (cell: string) => boolean) => there.every(is);
  const isPlain = (cell: string) => isNumber(cell, style);
  const distinct = new Set(there);
  const kind = holds();
  return {
    name,
    isUnnamed,
    rows: cells.length,
    missing: cells.length - there.length,
    holds: kind,
    haveWords: there.filter((cell) => /\S\s+\S/.test(cell)).length > there.length / 2,
    areWhole: there.length > 0 && every((cell) => /^[+-]?\d{1,15}(\.0*)?$/.test(cell)),
    countRows:
      there.length === cells.length &&
      there.length > 1 &&
      (there[0] === '0' || there[0] === '1') &&
      every((cell) => /^\d+$/.test(cell)) &&
      there.every((cell, row) => row === 0 || Number(cell) === Number(there[row - 1]) + 1),
    runsBackwards: kind === 'dates' && runBackwards(there),
    distinct: distinct.size,
    examples: [...distinct].slice(0, EXAMPLES),
  };

  function holds(): ColumnProfile['holds'] {
    if (there.length === 0) return 'nothing';
    if (every(isPlain)) return 'numbers';
    if (every(isBoolean)) return 'booleans';
    if (every(isDate)) return 'dates';
    if (every(isAnyNumber)) return 'grouped-numbers';
    return there.filter(isPlain).length >= MOSTLY * there.length ? 'mostly-numbers' : 'text';
  }
}
