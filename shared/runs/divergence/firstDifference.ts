/**
 * What can be the first thing that is not the same in two runs: something decided before the first
 * draw, or, from then on, something recorded.
 */
export const differenceKinds = [
  'network',
  'data',
  'setting',
  'initial-weights',
  'batch-order',
  'dropout',
  'arithmetic',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export interface FirstDifference {
  /** 0 is the state before the first update; updates count from 1. */
  readonly step: number;
  readonly kind: DifferenceKind;
  readonly layer: string | null;
  readonly tensor: string | null;
  /** The random stream that gave other numbers; null where no stream did. */
  readonly stream: string | null;
  /** Of a network the layer's field, of settings the setting; null for what was recorded. */
  readonly setting: string | null;
  /** What the two have there, as JSON; null where one of them has nothing. */
  readonly values: readonly [string | null, string | null] | null;
  /** Of arithmetic: what it was seen in. A tensor is named wherever one is known. */
  readonly seenIn: 'losses' | 'weights' | null;
}

/** A difference of which nothing more is known. */
export function differenceAt(step: number, kind: DifferenceKind): FirstDifference {
  return {
    step,
    kind,
    layer: null,
    tensor: null,
    stream: null,
    setting: null,
    values: null,
    seenIn: null,
  };
}
