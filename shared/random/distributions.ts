import type { Generator } from './streams';

/** Uniform in [low, high). */
export function uniform(draw: Generator, low: number, high: number): number {
  return low + (high - low) * draw();
}

/**
 * Standard normal by Marsaglia's polar method (1964). One value per call: the second of the pair is
 * dropped, so that a stream's state is the generator's state and nothing else.
 */
export function normal(draw: Generator): number {
  for (;;) {
    const u = 2 * draw() - 1;
    const v = 2 * draw() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** Standard normal, redrawn until within two standard deviations, as Keras and TensorFlow do. */
export function truncatedNormal(draw: Generator): number {
  for (;;) {
    const value = normal(draw);
    if (Math.abs(value) <= 2) return value;
  }
}

/** A uniformly drawn order of 0 … count - 1 (Fisher-Yates, from the end). */
export function permutation(draw: Generator, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index++) order[index] = index;
  for (let last = count - 1; last > 0; last--) {
    const pick = Math.floor(draw() * (last + 1));
    const kept = order[last] as number;
    order[last] = order[pick] as number;
    order[pick] = kept;
  }
  return order;
}
