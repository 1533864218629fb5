/** The losses of one run as they arrive, step 1 first. Grows by doubling. */
export class Curve {
  #values = new Float32Array(256);
  #length = 0;

  /** @param firstStep counts from 1; steps that are already there are overwritten, not duplicated */
  add(firstStep: number, losses: Float32Array): void {
    const end = firstStep - 1 + losses.length;
    if (end > this.#values.length) {
      const grown = new Float32Array(Math.max(end, this.#values.length * 2));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values.set(losses, firstStep - 1);
    this.#length = Math.max(this.#length, end);
  }

  /** A view, not a copy. */
  values(): Float32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** The first step, from 1, whose losses differ in their bits; null if all common ones are equal. */
export function firstLossDifference(a: Float32Array, b: Float32Array): number | null {
  const common = Math.min(a.length, b.length);
  for (let index = 0; index < common; index++) {
    if (!Object.is(a[index], b[index])) return index + 1;
  }
  return null;
}
