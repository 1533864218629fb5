import type { Style } from '../architecture/architecture';
import type { FirstStyle } from '../architecture/bothStyles';

/** What is compared under a protocol: the styles with each other, and each with itself. */
export type PairKind = 'styles' | Style;

/** @param first what the Model subclass is compared with */
export function pairKindsOf(first: FirstStyle): readonly PairKind[] {
  return ['styles', first, 'subclass'];
}

export function pairStyles(kind: PairKind, first: FirstStyle): readonly [Style, Style] {
  return kind === 'styles' ? [first, 'subclass'] : [kind, kind];
}
