export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A curve with at most about `limit` points. Longer ones keep the lowest and highest value of every
 * stretch, in their order, so that no spike is lost.
 *
 * @param values one per step; x counts from 1
 */
export function decimate(values: Float32Array, limit: number): Point[] {
  if (values.length <= limit) return Array.from(values, (y, index) => ({ x: index + 1, y }));
  const stretches = Math.max(1, Math.floor(limit / 2));
  const points: Point[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = Math.floor((stretch * values.length) / stretches);
    const end = Math.floor(((stretch + 1) * values.length) / stretches);
    let [low, high] = [start, start];
    for (let index = start + 1; index < end; index++) {
      const value = values[index] as number;
      if (value < (values[low] as number)) low = index;
      if (value > (values[high] as number)) high = index;
    }
    for (const index of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      points.push({ x: index + 1, y: values[index] as number });
    }
  }
  return points;
}
