import { isBoolean, isNumber } from './cellText';

/** The categories of a column, and the place of each cell among them. */
export interface Categories {
  readonly names: readonly string[];
  /** The place of each cell's text, in the order of `found`. */
  readonly places: Int32Array;
}

/** A number or a truth value as it is named among categories, however it is written. */
function spelt(cell: string): string {
  if (isBoolean(cell)) return cell.toLowerCase() === 'true' ? 'True' : 'False';
  return isNumber(cell) ? String(Number(cell)) : cell;
}

/**
 * Categories sorted as numbers if all are numbers, else by code unit. Equal numbers are one category,
 * however they are written.
 * @param found every different cell
 * @param order the categories from the lowest, where that was chosen; null sorts them
 * @returns null if a cell is not in `order`
 */
export function categoriesOf(
  found: readonly string[],
  order: readonly string[] | null = null,
): Categories | { readonly unknown: string } {
  const areNumbers = found.every((cell) => isNumber(cell));
  const isSpeltTwice = found.length > new Set(found.map((cell) => cell.toLowerCase())).size;
  // True, TRUE and true are one; where there is one spelling, it is the name.
  const areBooleans = isSpeltTwice && found.every(isBoolean);
  const nameOf = (cell: string) => {
    return areBooleans || areNumbers ? spelt(cell) : cell;
  };
  const names =
    order ??
    [...new Set(found.map(nameOf))].sort((a, b) =>
      areNumbers ? Number(a) - Number(b) : a < b ? -1 : 1,
    );
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const places = new Int32Array(found.length);
  for (const [at, cell] of found.entries()) {
    const place = placeOf.get(nameOf(cell)) ?? placeOf.get(cell) ?? placeOf.get(spelt(cell));
    if (place === undefined) return { unknown: cell };
    places[at] = place;
  }
  return { names, places };
}
