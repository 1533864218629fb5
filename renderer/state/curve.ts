/** The losses of one run as they arrive, step 1 first. Grows by doubling. */
export class Curve {
  #values = new Float32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param firstStep counts from 1; steps that were already taken are overwritten, not doubled */
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

/**
 * The first step, from 1, whose losses differ in their bits; null while all common steps are equal.
 * @param from a step up to which equality is known already
 */
export function firstLossDifference(a: Curve, b: Curve, from = 0): number | null {
  const [left, right] = [a.values(), b.values()];
  const common = Math.min(left.length, right.length);
  for (let index = from; index < common; index++) {
    if (!Object.is(left[index], right[index])) return index + 1;
  }
  return null;
}
