export interface Residuals {
  readonly rows: number;
  /** Of predicted - true: above 0 where the network predicts too much. */
  readonly meanError: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  /** Coefficient of determination; null where all true values are the same, or there is one row. */
  readonly r2: number | null;
  /** Of predicted - true, at 5, 25, 50, 75 and 95 %, with linear interpolation as NumPy's default. */
  readonly quantiles: readonly [number, number, number, number, number];
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** How far numbers are predicted from the true ones, in their unit. @throws {Error} without rows */
export function residualsOf(truth: ArrayLike<number>, predicted: ArrayLike<number>): Residuals {
  const rows = truth.length;
  if (rows === 0) throw new Error('There are no rows');
  const errors = Float64Array.from(
    { length: rows },
    (_, row) => (predicted[row] as number) - (truth[row] as number),
  );
  const mean = average(errors, (own) => own);
  const squares = average(errors, (own) => own * own);
  const center = average(truth, (own) => own);
  const variance = average(truth, (own) => (own - center) ** 2);
  const sorted = errors.slice().sort();
  const quantile = (share: number) => {
    const at = share * (rows - 1);
    const low = Math.floor(at);
    const lower = sorted[low] as number;
    return lower + (at - low) * ((sorted[Math.min(low + 1, rows - 1)] as number) - lower);
  };
  return {
    rows,
    meanError: mean,
    meanAbsoluteError: average(errors, Math.abs),
    rootMeanSquaredError: Math.sqrt(squares),
    r2: rows < 2 || variance === 0 ? null : 1 - squares / variance,
    quantiles: QUANTILES.map(quantile) as unknown as Residuals['quantiles'],
  };
}

function average(values: ArrayLike<number>, of: (value: number) => number): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += of(values[at] as number);
  return sum / values.length;
}
