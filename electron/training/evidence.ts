import type { AppError } from '../../shared/lib/appError';
import { compareRuns, type Comparison } from '../../shared/runs/divergence/compareRuns';
import type { RunEvidence } from '../../shared/runs/run';
import { readRun } from '../runs/readRun';

/** A run's records, or null if it left none that can be read. */
export function readWhatIsThere(folder: string): RunEvidence | null {
  try {
    return readRun(folder);
  } catch {
    return null;
  }
}

/** The verdict on two runs; if one failed, it includes the reason. */
export function compareEvidence(
  runs: readonly (RunEvidence | null)[],
  failure: AppError | null,
): Comparison {
  const [a, b] = runs;
  const comparison = a && b ? compareRuns(a, b) : null;
  if (comparison !== null && failure === null) return comparison;
  const reason =
    failure === null ? 'A run left no record.' : `${failure.message} ${failure.remedy}`;
  return {
    initialWeightsEqual: false,
    batchOrderEqual: false,
    steps: 0,
    shufflesCoincide: false,
    decided: [],
    recorded: null,
    environment: [],
    notes: [],
    ...comparison,
    verdict: 'not_verified',
    reason,
    firstDifference: null,
  };
}
