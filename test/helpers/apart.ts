import type { Trained } from './trainHere';

/** Largest distance of two runs' losses and weights; NaN where one holds what is not a number. */
export function apart(a: Trained, b: Trained): number {
  const all = ({ results, weights }: Trained) =>
    [results, ...weights.map(({ values }) => values)].flatMap((values) => [...values]);
  const other = all(b);
  // Not spread into one call of Math.max: a large network has more weights than a call arguments.
  return all(a).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (other[index] as number))),
    0,
  );
}
