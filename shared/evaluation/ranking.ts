export interface RankingPoint {
  /** Rows with at least this score count as positive; null where none does. */
  readonly threshold: number | null;
  /** Of the positive rows, the share that counts as positive: recall. */
  readonly truePositives: number;
  /** Of the negative rows, the share that counts as positive. */
  readonly falsePositives: number;
  /** Of the rows that count as positive, the share that is; 1 where there are none. */
  readonly precision: number;
}

export interface Ranking {
  /** From the strictest threshold to the one that all rows pass, a point for each score that occurs. */
  readonly points: readonly RankingPoint[];
  /** Area under truePositives over falsePositives (ROC), by trapezoids; null without rows of both kinds. */
  readonly auc: number | null;
  /** Precision at each threshold, weighted with the recall that it adds; null without positive rows. */
  readonly averagePrecision: number | null;
}

/**
 * How well scores tell positive rows from the others, at every threshold: the points of ROC and of precision and
 * recall, as scikit-learn's `roc_curve` without dropping any, and `average_precision_score`.
 */
export function rankingOf(
  scores: ArrayLike<number>,
  isPositive: (row: number) => boolean,
): Ranking {
  const rows = Array.from({ length: scores.length }, (_, row) => row);
  rows.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const positives = rows.filter(isPositive).length;
  const negatives = rows.length - positives;
  const points: RankingPoint[] = [
    { threshold: null, truePositives: 0, falsePositives: 0, precision: 1 },
  ];
  let [hits, misses, area, average] = [0, 0, 0, 0];
  rows.forEach((row, at) => {
    if (isPositive(row)) hits++;
    else misses++;
    const threshold = scores[row] as number;
    // Rows of equal scores pass together.
    if (at + 1 < rows.length && scores[rows[at + 1] as number] === threshold) return;
    const before = points.at(-1) as RankingPoint;
    const truePositives = positives === 0 ? 0 : hits / positives;
    const falsePositives = negatives === 0 ? 0 : misses / negatives;
    const precision = hits / (hits + misses);
    area += ((truePositives + before.truePositives) / 2) * (falsePositives - before.falsePositives);
    average += precision * (truePositives - before.truePositives);
    points.push({ threshold, truePositives, falsePositives, precision });
  });
  return {
    points,
    auc: positives === 0 || negatives === 0 ? null : area,
    averagePrecision: positives === 0 ? null : average,
  };
}

/** At most so many points, evenly chosen, with the first and the last: enough to draw. */
export function fewerPoints<T>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points;
  return Array.from(
    { length: most },
    (_, at) => points[Math.round((at * (points.length - 1)) / (most - 1))] as T,
  );
}
