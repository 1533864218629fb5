import type { TableSource } from '../../../shared/data/kinds/table';
import { categoriesOf, type Categories } from '../../../shared/data/table/categories';
import type { InputColumn } from '../../../shared/data/table/inputColumn';
import {
  numbersOfText,
  numbersOfWords,
  vocabularyOf,
  wordsOf,
} from '../../../shared/data/table/words';
import { badData } from '../badData';
import type { ReadColumn } from './cellReader';
import type { ColumnStatistics } from './columnStatistics';

/** A column's part of a row. */
export interface Part {
  readonly facts: InputColumn;
  /** Place among the columns that are read. */
  readonly index: number;
  readonly width: number;
  /** Of a category: the number of each text. */
  readonly places: Int32Array | null;
  /** Of words: those of each text, as numbers. */
  readonly words: readonly Int32Array[] | null;
}

const MOST_ONE_HOT = 10_000;

/**
 * @param isMissingSomewhere whether a value is missing, in rows to train on or in those for validation
 * @param times how often each text of a column is in the rows to train on
 * @throws {AppError} bad-data
 */
export function partOf(
  own: ReadColumn,
  index: number,
  { standardise, path }: TableSource,
  { mean, deviation, present }: ColumnStatistics,
  isMissingSomewhere: boolean,
  times: (index: number) => Float64Array,
): Part {
  const { column } = own;
  const { name, role, missing } = column;
  if (role === 'number') {
    if (missing === 'mean' && present === 0) {
      throw badData(
        `${path}: no row has a value of "${name}", so that it has no mean.`,
        'Choose a number for its missing values, or leave the column out.',
      );
    }
    const facts: InputColumn = {
      name,
      role,
      ...(standardise && { mean, deviation }),
      ...(missing === 'mean' && isMissingSomewhere && { filled: mean }),
    };
    return { facts, index, width: 1, places: null, words: null };
  }
  if (role === 'tokens') return wordsPart(own, index, path, times(index));
  const { names, places } = categoriesIn(own, path);
  if (names.length > MOST_ONE_HOT && role === 'one-hot') {
    throw badData(
      `${path}, column "${name}": one-hot would make ${names.length.toLocaleString('en')} numbers of it.`,
      'Make it an embedding index or ordinal, or leave it out.',
    );
  }
  return {
    facts: { name, role: role as 'one-hot', categories: [...names] },
    index,
    width: role === 'one-hot' ? names.length : 1,
    places,
    words: null,
  };
}

/**
 * The categories of a column's texts, which are those of the rows to train on.
 * @throws {AppError} bad-data if rows for validation have others, or the chosen order lacks one
 */
export function categoriesIn({ column, found, known }: ReadColumn, path: string): Categories {
  const { name, order } = column;
  const texts = [...found.keys()];
  const trained = known === null || order !== undefined ? texts : texts.slice(0, known);
  const own = categoriesOf(trained, order ?? null);
  if ('unknown' in own) {
    throw badData(
      `${path}, column "${name}": "${own.unknown}" is not in its chosen order.`,
      'Add it to the order, or let the categories be sorted.',
    );
  }
  if (trained.length === texts.length) return own;
  const all = categoriesOf(texts, own.names);
  if (!('unknown' in all)) return all;
  throw badData(
    `The rows for validation have "${all.unknown}" in the column "${name}", which no row of ${path} has.`,
    'A network cannot learn what it never sees: add such rows to train on, correct them, or leave the column out.',
  );
}

function wordsPart(
  { column: { name, length: chosen, vocabulary: most }, found, known }: ReadColumn,
  index: number,
  path: string,
  times: Float64Array,
): Part {
  const texts = [...found.keys()];
  const trained = texts.slice(0, known ?? texts.length);
  const vocabulary = vocabularyOf(
    trained.map((text, at) => [text, times[at] as number] as const),
    most ?? null,
  );
  if (vocabulary.length === 0) {
    throw badData(`${path}, column "${name}" has no words in it.`, 'Leave it out.');
  }
  const length =
    chosen ?? trained.reduce((longest, text) => Math.max(longest, wordsOf(text).length), 1);
  const places = numbersOfWords(vocabulary);
  return {
    facts: { name, role: 'tokens', categories: [...vocabulary], length },
    index,
    width: length,
    places: null,
    words: texts.map((text) => numbersOfText(text, places, length)),
  };
}

/** Writes a column's part of some rows, the first at `at` and each `step` after the one before. */
export function writePart(
  inputs: Float32Array,
  at: number,
  step: number,
  values: Float64Array,
  { places, words, facts }: Part,
): void {
  if (words !== null) {
    for (const [row, code] of values.entries()) {
      inputs.set(words[code] as Int32Array, at + row * step);
    }
    return;
  }
  if (places !== null) {
    for (const [row, code] of values.entries()) {
      const place = places[code] as number;
      if (facts.role === 'one-hot') inputs[at + row * step + place] = 1;
      else inputs[at + row * step] = place;
    }
    return;
  }
  const { mean, deviation, filled } = facts;
  for (let row = 0; row < values.length; row++) {
    let value = values[row] as number;
    if (Number.isNaN(value)) value = filled as number;
    // A constant column becomes 0.
    if (mean !== undefined && deviation !== undefined) {
      value = deviation === 0 ? 0 : (value - mean) / deviation;
    }
    inputs[at + row * step] = value;
  }
}
