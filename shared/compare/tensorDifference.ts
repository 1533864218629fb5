import { ulps } from '../lib/ulps';

/** How far two tensors of one shape are from each other. */
export interface TensorDifference {
  readonly entries: number;
  /** Entries whose bits differ; the two zeros count as equal. */
  readonly differing: number;
  /** Of any entry: |a - b|, |a - b| / max(|a|, |b|), and units in the last place. NaN against a number is infinite. */
  readonly maxAbsolute: number;
  readonly maxRelative: number;
  readonly maxUlp: number;
}

/** @throws {RangeError} if they have different lengths */
export function tensorDifference(a: Float32Array, b: Float32Array): TensorDifference {
  if (a.length !== b.length) throw new RangeError(`lengths ${a.length} and ${b.length}`);
  let [differing, maxAbsolute, maxRelative, maxUlp] = [0, 0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] as number, b[at] as number];
    if (x === y) continue;
    const apart = ulps(x, y);
    if (apart === 0) continue;
    differing++;
    const { absolute, relative } = entryDifference(x, y);
    if (absolute > maxAbsolute) maxAbsolute = absolute;
    if (relative > maxRelative) maxRelative = relative;
    if (apart > maxUlp) maxUlp = apart;
  }
  return { entries: a.length, differing, maxAbsolute, maxRelative, maxUlp };
}

/** Of two numbers that are not equal; infinite where one is NaN. */
function entryDifference(x: number, y: number): { absolute: number; relative: number } {
  const absolute = Math.abs(x - y);
  if (Number.isNaN(absolute)) return { absolute: Infinity, relative: Infinity };
  const scale = Math.max(Math.abs(x), Math.abs(y));
  return { absolute, relative: scale === Infinity ? Infinity : absolute / scale };
}

/** Two tensors on one axis, and where they are farthest apart. */
export interface TensorDetail {
  /** Lower edge of the first bin and upper edge of the last; equal if all values are. */
  readonly range: readonly [number, number];
  /** How many entries of each lie in each bin. */
  readonly bins: readonly (readonly [number, number])[];
  /** Entries that are not finite, of each. */
  readonly notFinite: readonly [number, number];
  readonly worst: readonly WorstEntry[];
}

export interface WorstEntry {
  /** From 0, row-major. */
  readonly index: number;
  readonly a: number;
  readonly b: number;
  readonly ulps: number;
}

const BINS = 40;
const WORST = 12;

export function tensorDetail(a: Float32Array, b: Float32Array): TensorDetail {
  let [low, high] = [Infinity, -Infinity];
  const notFinite: [number, number] = [0, 0];
  [a, b].forEach((values, which) => {
    for (const value of values) {
      if (!Number.isFinite(value)) notFinite[which as 0 | 1]++;
      else if (value < low) low = value;
      if (Number.isFinite(value) && value > high) high = value;
    }
  });
  if (low > high) [low, high] = [0, 0];
  const bins = Array.from({ length: BINS }, (): [number, number] => [0, 0]);
  const scale = high > low ? BINS / (high - low) : 0;
  [a, b].forEach((values, which) => {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      const bin = bins[Math.min(BINS - 1, Math.floor((value - low) * scale))];
      if (bin !== undefined) bin[which as 0 | 1]++;
    }
  });
  return { range: [low, high], bins, notFinite, worst: worstEntries(a, b) };
}

/** Those with the largest |a - b|, the first of equal ones first. */
function worstEntries(a: Float32Array, b: Float32Array): WorstEntry[] {
  const worst: (WorstEntry & { readonly absolute: number })[] = [];
  let least = 0;
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index] as number, b[index] as number];
    if (x === y) continue;
    const apart = ulps(x, y);
    if (apart === 0) continue;
    const { absolute } = entryDifference(x, y);
    if (worst.length === WORST && !(absolute > least)) continue;
    worst.push({ index, a: x, b: y, ulps: apart, absolute });
    worst.sort((left, right) => right.absolute - left.absolute || left.index - right.index);
    worst.length = Math.min(worst.length, WORST);
    least = worst.at(-1)?.absolute ?? 0;
  }
  return worst.map(({ absolute: _, ...entry }) => entry);
}
