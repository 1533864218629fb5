/** What pandas takes for a missing value (read_csv, na_values); an empty cell first. */
export const missingWords: readonly string[] = [
  '',
  ...['#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN'],
  ...['<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'],
];

/** Tells missing cells. @param also texts that are missing in this table too */
export function missingTest(also: readonly string[] = []): (cell: string) => boolean {
  const words = new Set([...missingWords, ...also]);
  return (cell) => words.has(cell);
}

/** Marks that people put where a number is missing; in a column of words they may be words. */
const MARKS =
  /^([?.*_~x-]|--+|\?\?+|\.\.+|n\.?[ad]\.?|missing|unknown|unk|none|nil|null|nan|na|empty|#(div\/0|value|ref|num|name)[!?])$/i;

/**
 * The marks that stand in a column of numbers and are the only texts there.
 * @param isNumber however the file writes them
 */
export function marksIn(
  cells: readonly (string | null)[],
  isMissing: (cell: string) => boolean,
  isNumber: (cell: string) => boolean,
): readonly string[] {
  const there = cells.filter((cell): cell is string => cell !== null && !isMissing(cell));
  const distinct = new Set(there);
  const others = [...distinct].filter((cell) => !isNumber(cell));
  const haveNumbers = others.length < distinct.size;
  return haveNumbers && others.every((cell) => MARKS.test(cell)) ? others : [];
}
