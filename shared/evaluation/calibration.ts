export interface CalibrationBin {
  readonly rows: number;
  /** The mean of the probabilities that the network gave. */
  readonly predicted: number;
  /** The share of the rows for which that came true. */
  readonly observed: number;
}

export interface Calibration {
  /** Bins of equal width from 0 to 1 that have rows. */
  readonly bins: readonly CalibrationBin[];
  /** The mean distance of `predicted` and `observed`, weighted by rows (Guo et al. 2017, eq. 3). */
  readonly expectedError: number;
}

/**
 * Whether probabilities mean what they say. A probability on the edge of two bins belongs to the lower one, as in
 * scikit-learn's `calibration_curve`.
 * @param probabilities from 0 to 1
 */
export function calibrationOf(
  probabilities: ArrayLike<number>,
  cameTrue: (row: number) => boolean,
  bins = 10,
): Calibration {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, predicted: 0, observed: 0 }));
  for (let row = 0; row < probabilities.length; row++) {
    const value = probabilities[row] as number;
    let at = 0;
    while (at < bins - 1 && value > (at + 1) * (1 / bins)) at++;
    const bin = sums[at] as (typeof sums)[0];
    bin.rows++;
    bin.predicted += value;
    if (cameTrue(row)) bin.observed++;
  }
  const found = sums
    .filter(({ rows }) => rows > 0)
    .map(({ rows, predicted, observed }) => ({
      rows,
      predicted: predicted / rows,
      observed: observed / rows,
    }));
  const distance = found.reduce(
    (total, { rows, predicted, observed }) => total + rows * Math.abs(predicted - observed),
    0,
  );
  return {
    bins: found,
    expectedError: probabilities.length === 0 ? 0 : distance / probabilities.length,
  };
}
