/** Smallest and largest number, and whether all are whole. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly areWhole: boolean;
}

export function rangeOf(values: Float32Array): NumberRange {
  let [min, max, areWhole] = [Infinity, -Infinity, true];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    if (areWhole && !Number.isInteger(value)) areWhole = false;
  }
  return { min, max, areWhole };
}
