/** The numbers of a text such as `8, 8, 1` or `8 × 8 × 1`; anything else is NaN. */
export function lengthsOf(text: string): number[] {
  return text
    .split(/[\s,×x]+/)
    .filter(Boolean)
    .map(Number);
}
