import type { RawTable } from './rawTable';

/** Of a column's cells that are not missing, and of all of them with the mean in place of the others. */
export interface ColumnStatistics {
  readonly mean: number;
  /** Of the population; 0 for a constant column, whatever rounding makes of it. */
  readonly deviation: number;
  readonly missing: number;
  /** How many are not missing. */
  readonly present: number;
}

/** How many cells of each column are missing. */
export function missingCells(raw: RawTable, width: number): readonly number[] {
  const counts = new Array<number>(width).fill(0);
  if (!raw.hasMissing) return counts;
  for (const { columns } of raw.blocks()) {
    for (const [at, values] of columns.entries()) {
      let count = counts[at] as number;
      for (let row = 0; row < values.length; row++) if (isMissing(values[row])) count++;
      counts[at] = count;
    }
  }
  return counts;
}

/**
 * Mean and deviation of every column, summed row by row in two passes, so that the same rows give the same
 * bits whoever reads them.
 */
export function columnStatistics(raw: RawTable, width: number): readonly ColumnStatistics[] {
  const all = missingCells(raw, width).map((missing) => ({
    ...{ mean: 0, deviation: 0, missing },
    present: raw.rows - missing,
  }));
  const firsts = new Float64Array(width).fill(NaN);
  const isConstant = new Uint8Array(width).fill(1);
  eachColumn(raw, all, (own, values, at) => {
    let { mean } = own;
    let first = firsts[at] as number;
    let isSame = isConstant[at] === 1;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (isMissing(value)) continue;
      mean += value / own.present;
      if (isMissing(first)) first = value;
      if (value !== first) isSame = false;
    }
    own.mean = mean;
    firsts[at] = first;
    isConstant[at] = isSame ? 1 : 0;
  });
  const variances = new Float64Array(width);
  eachColumn(raw, all, ({ mean }, values, at) => {
    let variance = variances[at] as number;
    // A missing cell becomes the mean, which adds nothing.
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (!isMissing(value)) variance += (value - mean) ** 2 / raw.rows;
    }
    variances[at] = variance;
  });
  for (const [at, own] of all.entries()) {
    own.deviation = isConstant[at] === 1 ? 0 : Math.sqrt(variances[at] as number);
  }
  return all;
}

/** NaN: quicker than `Number.isNaN` in a loop over millions. */
function isMissing(value: number | undefined): boolean {
  return value !== value;
}

type Own = { -readonly [K in keyof ColumnStatistics]: ColumnStatistics[K] };

function eachColumn(
  raw: RawTable,
  all: readonly Own[],
  act: (own: Own, values: Float64Array, at: number) => void,
): void {
  for (const { columns } of raw.blocks()) {
    for (const [at, values] of columns.entries()) act(all[at] as Own, values, at);
  }
}
