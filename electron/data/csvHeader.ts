import { badData } from './badData';

/** A decimal number as tables have it; 0x10 and the like are text. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export function isNumber(cell: string): boolean {
  return NUMBER.test(cell);
}

export interface CsvHeader {
  readonly columns: readonly string[];
  /** False if the first line is already data; columns are then numbered. */
  readonly isThere: boolean;
}

/**
 * A table's columns. A first line with a number in a column of numbers is not a header, unless one of
 * its cells is the label that was asked for.
 * @param label name of the label column; null where none is chosen yet
 * @throws {AppError} bad-data if two columns have the same name
 */
export function csvHeader(
  rows: readonly (readonly string[])[],
  name: string,
  label: string | null,
): CsvHeader {
  const [first = [], ...others] = rows;
  const isData =
    others.length > 0 &&
    !(label !== null && first.includes(label)) &&
    first.some((cell, at) => isNumber(cell) && others.every((row) => isNumber(row[at] ?? '')));
  if (isData) {
    return { columns: first.map((_, index) => `column ${index + 1}`), isThere: false };
  }
  const twice = first.find((own, index) => first.indexOf(own) !== index);
  if (twice !== undefined) {
    throw badData(`${name} has two columns named "${twice}".`, 'Give every column its own name.');
  }
  return { columns: first, isThere: true };
}
