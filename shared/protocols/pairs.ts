import type { Style } from '../architecture/architecture';

/** What is compared under a protocol: the styles with each other, and each with itself. */
export const pairStyles = {
  styles: ['sequential', 'subclass'],
  sequential: ['sequential', 'sequential'],
  subclass: ['subclass', 'subclass'],
} as const satisfies Record<string, readonly [Style, Style]>;

export type PairKind = keyof typeof pairStyles;

export const pairKinds = Object.keys(pairStyles) as readonly PairKind[];
