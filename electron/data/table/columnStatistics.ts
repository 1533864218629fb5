import type { RawTable } from './rawTable';

/** Of a column's cells that are not missing, and of all of them with the mean in place of the others. */
export interface ColumnStatistics {
  readonly mean: number;
  /** Of the population; 0 for a constant column, whatever rounding makes of it. */
  readonly deviation: number;
  readonly missing: number;
}

/**
 * Mean and deviation of every column, summed row by row in two passes, so that the same rows give the same
 * bits whoever reads them.
 */
export function columnStatistics(raw: RawTable, width: number): readonly ColumnStatistics[] {
  const missing = new Float64Array(width);
  for (const { columns } of raw.blocks()) {
    columns.forEach((own, at) => {
      for (const value of own) if (Number.isNaN(value)) missing[at] = (missing[at] as number) + 1;
    });
  }
  const first = new Float64Array(width).fill(NaN);
  const means = new Float64Array(width);
  const isConstant = new Uint8Array(width).fill(1);
  for (const { columns } of raw.blocks()) {
    columns.forEach((own, at) => {
      const count = raw.rows - (missing[at] as number);
      let mean = means[at] as number;
      for (const value of own) {
        if (Number.isNaN(value)) continue;
        mean += value / count;
        if (Number.isNaN(first[at])) first[at] = value;
        if (value !== first[at]) isConstant[at] = 0;
      }
      means[at] = mean;
    });
  }
  const variances = new Float64Array(width);
  for (const { columns } of raw.blocks()) {
    columns.forEach((own, at) => {
      const mean = means[at] as number;
      let variance = variances[at] as number;
      // A missing cell becomes the mean, which adds nothing.
      for (const value of own) {
        if (!Number.isNaN(value)) variance += (value - mean) ** 2 / raw.rows;
      }
      variances[at] = variance;
    });
  }
  return Array.from({ length: width }, (_, at) => ({
    mean: means[at] as number,
    deviation: isConstant[at] === 1 ? 0 : Math.sqrt(variances[at] as number),
    missing: missing[at] as number,
  }));
}
