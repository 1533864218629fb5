/** Digits that suffice to tell any float32 from all others (IEEE 754). */
const MOST_DIGITS = 9;

/**
 * The shortest decimal that rounds to this float32.
 * @param fewest number of digits to start with
 */
export function float32Text(value: number, fewest = 1): string {
  for (let digits = fewest; digits < MOST_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(Number(value.toPrecision(MOST_DIGITS)));
}
