import type { NumberRange } from '../../shared/architecture/dataFit';

/** Short enough that a loop over them is compiled while the first ones are read. */
const BLOCK = 65_536;

/** @param values none of them NaN */
export function rangeOf(values: Float32Array): NumberRange {
  let [min, max, areWhole] = [Infinity, -Infinity, true];
  for (let from = 0; from < values.length; from += BLOCK) {
    const block = values.subarray(from, from + BLOCK);
    const [least, most] = endsOf(block);
    [min, max] = [Math.min(min, least), Math.max(max, most)];
    areWhole &&= allWhole(block);
  }
  return { min, max, areWhole };
}

function endsOf(values: Float32Array): readonly [min: number, max: number] {
  let min = Infinity;
  let max = -Infinity;
  // By index: an iterator takes ten times as long over millions, and branches four times.
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return [min, max];
}

function allWhole(values: Float32Array): boolean {
  for (let at = 0; at < values.length; at++) if (!Number.isInteger(values[at])) return false;
  return true;
}

/** Of some places of each row. @param features numbers of a row */
export function rangeWithin(
  values: Float32Array,
  features: number,
  from: number,
  size: number,
): NumberRange {
  const places = new Float32Array((values.length / features) * size);
  for (let at = 0; at < places.length; at += size) {
    const start = (at / size) * features + from;
    places.set(values.subarray(start, start + size), at);
  }
  return rangeOf(places);
}
