import type { Trained } from './trainHere';

/** Largest difference between two runs' losses and weights; NaN if either holds a NaN. */
export function apart(a: Trained, b: Trained): number {
  const all = ({ results, weights }: Trained) =>
    [results, ...weights.map(({ values }) => values)].flatMap((values) => [...values]);
  const other = all(b);
  // Not spread into one call of Math.max: a large network has more weights than a call can have arguments.
  return all(a).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (other[index] as number))),
    0,
  );
}
