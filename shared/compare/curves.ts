import { ulps } from '../lib/ulps';

/** Two curves over the steps that both have, and how far apart they are. */
export interface CurveDifference {
  /** |a - b| of every common step; NaN where one is not finite. */
  readonly absolute: Float32Array;
  /** Float32 numbers between the two. */
  readonly ulps: Float32Array;
  /** The first step whose bits differ; null if none does. */
  readonly firstStep: number | null;
}

export function curveDifference(a: Float32Array, b: Float32Array): CurveDifference {
  const steps = Math.min(a.length, b.length);
  const absolute = new Float32Array(steps);
  const apart = new Float32Array(steps);
  let firstStep: number | null = null;
  for (let at = 0; at < steps; at++) {
    const [x, y] = [a[at] as number, b[at] as number];
    if (Object.is(x, y)) continue;
    absolute[at] = Math.abs(x - y);
    apart[at] = ulps(x, y);
    firstStep ??= at + 1;
  }
  return { absolute, ulps: apart, firstStep };
}

/**
 * How far repeats of a run are from it at each step, at most: what lies below says nothing.
 * @returns as long as the longest repeat, NaN where the run's own loss is not finite, infinite where only
 *   a repeat's is not; null without repeats
 */
export function noiseFloor(
  run: Float32Array,
  repeats: readonly Float32Array[],
): Float32Array | null {
  if (repeats.length === 0) return null;
  const steps = Math.min(run.length, Math.max(...repeats.map(({ length }) => length)));
  const most = Float32Array.from(run.subarray(0, steps), (own) => (Number.isFinite(own) ? 0 : NaN));
  for (const repeat of repeats) {
    for (let at = 0; at < Math.min(steps, repeat.length); at++) {
      const own = Math.abs((run[at] as number) - (repeat[at] as number));
      if (own > (most[at] as number)) most[at] = own;
      else if (Number.isNaN(own) && !Number.isNaN(most[at])) most[at] = Infinity;
    }
  }
  return most;
}

/**
 * The share of common steps at which two curves are no farther apart than repeats of one are; null where
 * there is no step with finite numbers.
 */
export function shareWithinNoise(absolute: Float32Array, floor: Float32Array): number | null {
  let [within, steps] = [0, 0];
  for (let at = 0; at < Math.min(absolute.length, floor.length); at++) {
    const [own, most] = [absolute[at] as number, floor[at] as number];
    if (Number.isNaN(own) || Number.isNaN(most)) continue;
    steps++;
    if (own <= most) within++;
  }
  return steps === 0 ? null : within / steps;
}

/** An exponential moving average, as dashboards smooth: 0 leaves a curve as it is. @param weight of the past, below 1 */
export function smoothed(values: Float32Array, weight: number): Float32Array {
  const result = new Float32Array(values.length);
  // Corrected for its start, so that the first values are not drawn towards zero.
  let [sum, total] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (Number.isFinite(value)) {
      sum = sum * weight + value * (1 - weight);
      total = total * weight + (1 - weight);
    }
    result[at] = Number.isFinite(value) && total > 0 ? sum / total : value;
  }
  return result;
}

/** Every step with full numbers: `step,a,b,difference,ulps`. */
export function* curvesCsv(
  names: readonly [string, string],
  a: Float32Array,
  b: Float32Array,
): Generator<string> {
  yield `step,${names.map(quoted).join(',')},difference,ulps\n`;
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [x, y] = [a[at], b[at]];
    const both =
      x === undefined || y === undefined
        ? ','
        : `${x - y},${Number.isNaN(x - y) ? '' : ulps(x, y)}`;
    yield `${at + 1},${x ?? ''},${y ?? ''},${both}\n`;
  }
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
