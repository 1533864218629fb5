import type { FirstDifference } from '../runs/divergence/firstDifference';

export type ReplayVerdict = 'exact' | 'within_tolerance' | 'different' | 'not_verified';

export interface Deviation {
  /** Largest difference of two losses of the same step, and of two final weights. */
  readonly loss: number;
  readonly weight: number;
  /** Whether every single one is within the tolerance. */
  readonly isWithin: boolean;
}

/** A recorded run against the same run, trained again here. */
export interface ReplayedRun {
  readonly run: string;
  readonly verdict: ReplayVerdict;
  /** Why nothing can be said; null unless not_verified. */
  readonly reason: string | null;
  readonly firstDifference: FirstDifference | null;
  /** How far the two are from one another; null where both did not end. */
  readonly deviation: Deviation | null;
  /** What is not the same here as where it was recorded. */
  readonly environment: readonly string[];
  readonly folder: string;
}

const order: readonly ReplayVerdict[] = ['exact', 'within_tolerance', 'not_verified', 'different'];

/** The worst of them; not verified where there is none. */
export function overallVerdict(runs: readonly ReplayedRun[]): ReplayVerdict {
  const worst = Math.max(...runs.map(({ verdict }) => order.indexOf(verdict)));
  return order[worst] ?? 'not_verified';
}
