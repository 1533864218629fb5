import { countText } from '../../lib/countText';
import { isNumber } from './cellText';
import { columnRoles, type Column } from './columns';
import type { ColumnProfile } from './profile';

/** What a column is proposed to be, and why where that is not obvious. */
export interface ProposedColumn {
  readonly column: Column;
  readonly why: string | null;
}

export interface Proposal {
  readonly columns: readonly ProposedColumn[];
  /** Whether the target is a number to predict; otherwise it names classes. */
  readonly isNumber: boolean;
}

/** More categories would make wide rows of mostly zeros. */
const MOST_ONE_HOT = 50;
/** More different whole numbers are measured rather than named. */
const MOST_NUMBERED_CLASSES = 20;
const TARGET_NAMES = /^(target|labels?|class(es)?|outcome|response|species)$/i;

/**
 * Roles for the columns of a table, by what their first rows hold.
 * @param target the name of the target column; null proposes one
 */
export function propose(profiles: readonly ColumnProfile[], target: string | null): Proposal {
  const inputs = profiles.map(inputOf);
  const usable = profiles.filter((_, at) => inputs[at]?.column.role !== 'left-out');
  const chosen =
    profiles.find(({ name }) => name === target) ??
    usable.find(({ name }) => TARGET_NAMES.test(name)) ??
    onlyCategory(usable) ??
    usable.find(({ name }) => name.toLowerCase() === 'y') ??
    usable.at(-1) ??
    profiles.at(-1);
  // Where there is nothing else to learn from, texts are read word by word.
  const others = inputs.filter((_, at) => profiles[at] !== chosen);
  const hasInput = others.some(({ column }) => columnRoles[column.role].isInput);
  const isText = (at: number) =>
    !hasInput && profiles[at]?.holds === 'text' && profiles[at].haveWords;
  return {
    columns: inputs.map((input, at) =>
      profiles[at] === chosen
        ? { column: { name: input.column.name, role: 'target', missing: 'refuse' }, why: null }
        : isText(at)
          ? {
              column: { ...input.column, role: 'tokens' },
              why: 'Its words become numbers, for an embedding.',
            }
          : input,
    ),
    isNumber: chosen !== undefined && isMeasured(chosen),
  };
}

function inputOf(profile: ColumnProfile): ProposedColumn {
  const { name, holds, distinct, rows, isUnnamed, countRows } = profile;
  const as = (role: Column['role'], why: string | null): ProposedColumn => ({
    column: { name, role, missing: 'refuse' },
    why,
  });
  if ((isUnnamed || /^(unnamed: 0|__index_level_0__|index)$/i.test(name)) && countRows) {
    return as('left-out', 'It counts the rows.');
  }
  if (/^sample_?weights?$/i.test(name) && holds === 'numbers') {
    return as('weight', 'Its name says how much a row counts.');
  }
  switch (holds) {
    case 'nothing':
      return as('left-out', 'It is empty.');
    case 'numbers':
    // Reading it names the cell that is none.
    case 'mostly-numbers':
      return as('number', null);
    case 'booleans':
      return as('number', 'False is 0 and true is 1.');
    case 'dates':
      return as(
        'left-out',
        profile.runsBackwards
          ? 'It has dates, the latest first: as a series, time would run backwards.'
          : 'It has dates.',
      );
    case 'grouped-numbers':
      return as(
        'left-out',
        `Its cells, such as "${profile.examples.find((own) => !isNumber(own)) ?? ''}", may be numbers that are written in another way: choose the decimal sign and the separator of thousands.`,
      );
    case 'text':
      if (distinct <= MOST_ONE_HOT && distinct <= Math.max(2, rows / 2)) {
        return as('one-hot', `It has ${countText(distinct, 'different word')}.`);
      }
      return as(
        'left-out',
        `It has ${countText(distinct, 'different text')} in ${countText(rows, 'row')}.`,
      );
  }
}

/** The only column of words, if there is one and it repeats. */
function onlyCategory(usable: readonly ColumnProfile[]): ColumnProfile | undefined {
  const words = usable.filter(({ holds, distinct }) => holds === 'text' && distinct > 1);
  return words.length === 1 ? words[0] : undefined;
}

/** Whether a target is rather a number to predict than a class. */
function isMeasured({ holds, areWhole, distinct, rows }: ColumnProfile): boolean {
  if (holds !== 'numbers') return false;
  return !areWhole || distinct > MOST_NUMBERED_CLASSES || (distinct > 5 && distinct > rows / 2);
}
