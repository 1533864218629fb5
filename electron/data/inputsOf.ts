import type { NumberArray } from './npy';

/**
 * Rows as float32, those of every part after those of the one before.
 * @param parts row-major [rows, features]: the rows to train on, then others
 * @param standardise scales each column to mean 0 and standard deviation 1 (of the population) of the first
 *   part's rows; constant ones become 0
 */
export function inputsOf(
  parts: readonly NumberArray[],
  features: number,
  standardise: boolean,
): Float32Array {
  const [first, ...others] = parts;
  if (!standardise && others.length === 0 && first instanceof Float32Array) return first;
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  const scales = standardise && first !== undefined ? scalesOf(first, features) : null;
  for (const part of parts) {
    if (scales === null) all.set(part, start);
    else writeScaled(all, start, part, scales);
    start += part.length;
  }
  return all;
}

interface Scale {
  readonly mean: number;
  /** 0 for a constant column. */
  readonly deviation: number;
}

/** Mean and deviation of each column of [rows, features] numbers. */
export function scalesOf(raw: NumberArray, features: number): readonly Scale[] {
  const rows = raw.length / features;
  return Array.from({ length: features }, (_, column) => {
    let mean = 0;
    let isConstant = true;
    for (let at = column; at < raw.length; at += features) {
      mean += (raw[at] as number) / rows;
      isConstant &&= raw[at] === raw[column];
    }
    // Compared by value: rounding gives a constant column a tiny deviation to divide by.
    if (isConstant) return { mean, deviation: 0 };
    let variance = 0;
    for (let at = column; at < raw.length; at += features) {
      variance += ((raw[at] as number) - mean) ** 2 / rows;
    }
    return { mean, deviation: Math.sqrt(variance) };
  });
}

/** Writes (x - mean) / deviation of each number from place `start` on; a column of deviation 0 stays as it is there. */
export function writeScaled(
  all: Float32Array,
  start: number,
  raw: NumberArray,
  scales: readonly Scale[],
): void {
  for (const [column, { mean, deviation }] of scales.entries()) {
    if (deviation === 0) continue;
    for (let at = column; at < raw.length; at += scales.length) {
      all[start + at] = ((raw[at] as number) - mean) / deviation;
    }
  }
}
