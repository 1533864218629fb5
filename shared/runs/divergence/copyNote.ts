import type { Comparison } from './compareRuns';
import type { RunEvidence } from '../run';

/**
 * The comparison with a note if one folder may be a copy of the other: two trainings never take the same
 * time to the millisecond, at the same time, under one id.
 */
export function withCopyNote(comparison: Comparison, a: RunEvidence, b: RunEvidence): Comparison {
  const isCopy =
    a.manifest.id === b.manifest.id &&
    a.manifest.createdAt === b.manifest.createdAt &&
    a.outcome !== null &&
    a.outcome.elapsedMs > 0 &&
    a.outcome.elapsedMs === b.outcome?.elapsedMs;
  if (!isCopy) return comparison;
  const note = 'Both have the same id, time and duration: one folder may be a copy of the other.';
  return { ...comparison, notes: [...comparison.notes, note] };
}
