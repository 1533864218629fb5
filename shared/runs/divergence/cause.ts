import type { Comparison } from './compareRuns';

export type Cause = 'none' | 'order' | 'style' | 'arithmetic';

export interface Controls {
  readonly sequential: Comparison['verdict'];
  readonly subclass: Comparison['verdict'];
}

/**
 * What a difference between the styles means. Where a style differs from itself in the same way,
 * its place in the shared random state made the difference, not the style; where both equal
 * themselves, the style did. A first difference in arithmetic has no random stream to blame.
 */
export function causeOf(pair: Comparison, controls: Controls): Cause | null {
  if (pair.verdict === 'exact') return 'none';
  if (pair.verdict === 'not_verified') return null;
  if (pair.firstDifference?.kind === 'arithmetic') return 'arithmetic';
  if (controls.sequential === 'different' || controls.subclass === 'different') return 'order';
  if (controls.sequential === 'exact' && controls.subclass === 'exact') return 'style';
  return null;
}
