/** How many float32 numbers lie between two: the distance in units in the last place. */
export function ulps(a: number, b: number): number {
  return Math.abs(place(a) - place(b));
}

/** Floats as whole numbers in their own order; the two zeros are one place. */
function place(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer)[0] as number;
  return bits < 0 ? -2_147_483_648 - bits : bits;
}
