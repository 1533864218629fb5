import type { Point } from '../runs/decimate';

/** Values that share one entry of the lowest level. */
const BUCKET = 16;
/** How many entries of a level share one of the next. */
const FACTOR = 4;

interface Level {
  /** Values per entry. */
  readonly width: number;
  /** Places of the lowest and the highest value of each entry. */
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/**
 * A curve of any length that gives the lowest and highest value of every stretch of any part of it in
 * time that depends only on how many stretches are asked for: no spike is lost at any zoom.
 */
export class MinMaxPyramid {
  readonly values: Float32Array;
  readonly #levels: readonly Level[];

  /** @param values one per step; x counts from 1. NaN counts as neither low nor high. */
  constructor(values: Float32Array) {
    this.values = values;
    const levels: Level[] = [];
    let level = lowest(values);
    while (level.low.length > 1) {
      levels.push(level);
      level = above(level, values);
    }
    this.#levels = levels;
  }

  /**
   * The part from x `from` to `to` with at most about `2 * stretches` points, in their order, and with
   * one point beyond each end, so that lines go on to the edge.
   */
  between(from: number, to: number, stretches: number): Point[] {
    const { values } = this;
    const first = Math.max(0, Math.floor(from) - 2);
    const end = Math.min(values.length, Math.ceil(to) + 1);
    const count = Math.max(0, end - first);
    if (count <= 2 * stretches) {
      return Array.from({ length: count }, (_, at) => pointAt(values, first + at));
    }
    const points: Point[] = [pointAt(values, first)];
    for (let stretch = 0; stretch < stretches; stretch++) {
      const begin = first + Math.floor((stretch * count) / stretches);
      const stop = first + Math.floor(((stretch + 1) * count) / stretches);
      const [low, high] = this.#extremes(begin, stop);
      for (const at of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
        if (at !== (points.at(-1)?.x ?? 0) - 1) points.push(pointAt(values, at));
      }
    }
    if (points.at(-1)?.x !== end) points.push(pointAt(values, end - 1));
    return points;
  }

  /** Places of the lowest and highest value from `begin` up to `end`, without it. */
  #extremes(begin: number, end: number): [number, number] {
    const { values } = this;
    let [low, high] = [begin, begin];
    const see = (at: number, other = at) => {
      const [own, its] = [values[at] as number, values[other] as number];
      if (own < (values[low] as number) || Number.isNaN(values[low])) low = at;
      if (its > (values[high] as number) || Number.isNaN(values[high])) high = other;
    };
    for (let at = begin; at < end;) {
      // The widest entry that starts here and ends within.
      const level = this.#widest(at, end);
      if (level === undefined) see(at++);
      else {
        const entry = at / level.width;
        see(level.low[entry] as number, level.high[entry] as number);
        at += level.width;
      }
    }
    return [low, high];
  }

  #widest(at: number, end: number): Level | undefined {
    for (let height = this.#levels.length - 1; height >= 0; height--) {
      const level = this.#levels[height] as Level;
      if (at % level.width === 0 && at + level.width <= end) return level;
    }
    return undefined;
  }
}

function pointAt(values: Float32Array, at: number): Point {
  return { x: at + 1, y: values[at] as number };
}

function lowest(values: Float32Array): Level {
  const count = Math.ceil(values.length / BUCKET);
  const level = { width: BUCKET, low: new Uint32Array(count), high: new Uint32Array(count) };
  for (let entry = 0; entry < count; entry++) {
    const begin = entry * BUCKET;
    let [low, high] = [begin, begin];
    for (let at = begin; at < Math.min(values.length, begin + BUCKET); at++) {
      const value = values[at] as number;
      if (value < (values[low] as number) || Number.isNaN(values[low])) low = at;
      if (value > (values[high] as number) || Number.isNaN(values[high])) high = at;
    }
    level.low[entry] = low;
    level.high[entry] = high;
  }
  return level;
}

function above(below: Level, values: Float32Array): Level {
  const count = Math.ceil(below.low.length / FACTOR);
  const level = {
    width: below.width * FACTOR,
    low: new Uint32Array(count),
    high: new Uint32Array(count),
  };
  for (let entry = 0; entry < count; entry++) {
    const begin = entry * FACTOR;
    let [low, high] = [below.low[begin] as number, below.high[begin] as number];
    for (let at = begin; at < Math.min(below.low.length, begin + FACTOR); at++) {
      const [own, its] = [below.low[at] as number, below.high[at] as number];
      if ((values[own] as number) < (values[low] as number) || Number.isNaN(values[low])) low = own;
      if ((values[its] as number) > (values[high] as number) || Number.isNaN(values[high]))
        high = its;
    }
    level.low[entry] = low;
    level.high[entry] = high;
  }
  return level;
}
