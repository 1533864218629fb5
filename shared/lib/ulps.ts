const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/**
 * How many float32 numbers lie between two: the distance in units in the last place. The two zeros are
 * one place; NaN is as far as it gets from any number, and nothing from another NaN.
 */
export function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    return Number.isNaN(a) === Number.isNaN(b) ? 0 : Infinity;
  }
  return Math.abs(place(a) - place(b));
}

/** Floats as whole numbers in their own order. */
function place(value: number): number {
  floats[0] = value;
  const own = bits[0] as number;
  return own < 0 ? -2_147_483_648 - own : own;
}
