/** Digits that tell any float32 from all others (IEEE 754). */
const MOST_DIGITS = 9;

/**
 * The shortest decimal that is this float32 again, and no other one.
 * @param fewest digits to begin with
 */
export function float32Text(value: number, fewest = 1): string {
  for (let digits = fewest; digits < MOST_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(Number(value.toPrecision(MOST_DIGITS)));
}
