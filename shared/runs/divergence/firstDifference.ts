/**
 * The kinds of first difference between two runs: something set before the first
 * draw or, after that, something recorded.
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
  /** The random stream that gave different numbers; null if no stream did. */
  readonly stream: string | null;
  /** For networks the layer's field, for settings the setting; null for recorded numbers. */
  readonly setting: string | null;
  /** The two values, as JSON; null for a run that has none. */
  readonly values: readonly [string | null, string | null] | null;
  /** For arithmetic: where it was seen. The tensor is named if it is known. */
  readonly seenIn: 'losses' | 'weights' | null;
}

/** A difference about which nothing more is known. */
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
