import type { FirstDifference } from '../runs/divergence/firstDifference';

export type ReplayVerdict = 'exact' | 'within_tolerance' | 'different' | 'not_verified';

export interface Deviation {
  /** Largest difference of two losses of the same step, and of two final weights. */
  readonly loss: number;
  readonly weight: number;
  /** Whether every difference is within the tolerance. */
  readonly isWithin: boolean;
}

/** A recorded run compared with the same run trained again here. */
export interface ReplayedRun {
  readonly run: string;
  readonly verdict: ReplayVerdict;
  /** Why there is no verdict; null unless not_verified. */
  readonly reason: string | null;
  readonly firstDifference: FirstDifference | null;
  /** How far apart the two are; null unless they were compared and differ. */
  readonly deviation: Deviation | null;
  /** What differs between the environment here and the recorded one. */
  readonly environment: readonly string[];
  readonly folder: string;
}

const order: readonly ReplayVerdict[] = ['exact', 'within_tolerance', 'not_verified', 'different'];

/** The worst of the verdicts; not verified if there are none. */
export function overallVerdict(runs: readonly ReplayedRun[]): ReplayVerdict {
  const worst = Math.max(...runs.map(({ verdict }) => order.indexOf(verdict)));
  return order[worst] ?? 'not_verified';
}
