import type { InputColumn } from '../../../shared/data/table/inputColumn';
import { FIRST_WORD } from '../../../shared/data/table/words';
import type { ColumnStatistics } from './columnStatistics';
import type { Part } from './tablePart';

/** What is told about a table's columns and the rows that were left out. */
export function notesOf(
  rows: number,
  dropped: number,
  parts: readonly Part[],
  statistics: readonly ColumnStatistics[],
  again: readonly number[],
  classes: readonly string[],
): string[] {
  const filled = parts.filter(({ facts }) => facts.filled !== undefined);
  return [
    ...(dropped === 0
      ? []
      : [
          `${dropped.toLocaleString('en')} ${dropped === 1 ? 'row is' : 'rows are'} left out, since a value is missing.`,
        ]),
    ...filled.map(
      ({ facts }) =>
        `Missing values of "${facts.name}" are ${Number(facts.filled?.toPrecision(6))}, its mean.`,
    ),
    ...parts.flatMap(({ facts }) => wordsNote(facts)),
    ...constantNote(parts, statistics),
    ...againNote(parts, again),
    ...sameClassNote(classes),
    ...manyClassesNote(classes, rows),
  ];
}

/** Words that are perhaps one class, written in two ways. */
function sameClassNote(classes: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const name of classes) {
    const plain = name.toLowerCase().replace(/[\s_-]+/g, ' ');
    const other = seen.get(plain);
    if (other !== undefined) {
      return [
        `The classes "${other}" and "${name}" differ only in how they are written. If they are one, correct the file.`,
      ];
    }
    seen.set(plain, name);
  }
  return [];
}

/** With fewer rows of a class there is hardly anything to learn. */
const FEW_ROWS = 3;
/** A tiny table may have so many on purpose. */
const MANY_CLASSES = 20;

function manyClassesNote({ length }: readonly string[], rows: number): string[] {
  if (length <= MANY_CLASSES || rows >= FEW_ROWS * length) return [];
  return [
    `There are ${length.toLocaleString('en')} classes in ${rows.toLocaleString('en')} rows, so that a class has hardly any: another column may be meant as the target.`,
  ];
}

function wordsNote({ role, name, categories = [], length = 0 }: InputColumn): string[] {
  if (role !== 'tokens') return [];
  const numbers = categories.length + FIRST_WORD;
  return [
    `"${name}" becomes ${length.toLocaleString('en')} numbers from 0 to ${(numbers - 1).toLocaleString('en')}: an embedding of it needs ${numbers.toLocaleString('en')}, with padding and unknown words.`,
  ];
}

function constantNote(parts: readonly Part[], statistics: readonly ColumnStatistics[]): string[] {
  const constant = parts.filter(({ index }) => statistics[index]?.deviation === 0);
  if (constant.length === 0) return [];
  const names = namesOf(constant);
  return [
    `${names} the same in every row, and ${constant.length === 1 ? 'tells' : 'tell'} the network nothing.`,
  ];
}

function againNote(parts: readonly Part[], found: readonly number[]): string[] {
  const again = parts.filter(({ index }) => found.includes(index));
  if (again.length === 0) return [];
  return [
    `${namesOf(again)} the target under another name: the network has nothing to learn. Leave ${again.length === 1 ? 'it' : 'them'} out, unless that is meant.`,
  ];
}

/** `"a" is` or `"a", "b" and 3 more are`. */
function namesOf(parts: readonly Part[]): string {
  const shown = parts.slice(0, 3).map(({ facts }) => `"${facts.name}"`);
  const more = parts.length > 3 ? ` and ${parts.length - 3} more` : '';
  return `${shown.join(', ')}${more} ${parts.length === 1 ? 'is' : 'are'}`;
}
