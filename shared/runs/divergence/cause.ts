import type { Style } from '../../architecture/architecture';
import type { Comparison, Verdict } from './compareRuns';

export const causes = ['none', 'network', 'settings', 'order', 'style', 'arithmetic'] as const;
export type Cause = (typeof causes)[number];

/** Each style compared with itself. */
export type Controls = Readonly<Partial<Record<Style, Verdict>>>;

/**
 * What a difference between the styles means. If networks or settings differ, nothing else needs
 * explaining. If a style differs from itself in the same way, its position in the shared random
 * state made the difference, not the style; if both equal themselves, the style did. A first
 * difference in arithmetic has no random stream to blame.
 */
export function causeOf(pair: Comparison, controls: Controls): Cause | null {
  if (pair.verdict === 'exact') return 'none';
  if (pair.verdict === 'not_verified') return null;
  switch (pair.firstDifference?.kind) {
    case 'network':
      return 'network';
    case 'data':
    case 'setting':
      return 'settings';
    case 'arithmetic':
      return 'arithmetic';
    default:
      break;
  }
  const verdicts = Object.values(controls);
  if (verdicts.includes('different')) return 'order';
  return verdicts.length > 0 && verdicts.every((own) => own === 'exact') ? 'style' : null;
}
