/** What pandas takes for a missing value (read_csv, na_values); an empty cell first. */
export const missingWords: readonly string[] = [
  '',
  ...['#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN'],
  ...['<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'],
];
const words = new Set(missingWords);

export function isMissing(cell: string): boolean {
  return words.has(cell);
}
