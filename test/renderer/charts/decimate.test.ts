import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimate } from '../../../shared/runs/decimate';

test('a short curve is kept whole', () => {
  expect(decimate(Float32Array.of(3, 1, 2), 10)).toEqual([
    { x: 1, y: 3 },
    { x: 2, y: 1 },
    { x: 3, y: 2 },
  ]);
});

test('a long one keeps its extremes, its order and the limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 3000 }),
      fc.integer({ min: 2, max: 200 }),
      (list, limit) => {
        const values = Float32Array.from(list);
        const points = decimate(values, limit);
        expect(points.length).toBeLessThanOrEqual(limit);
        expect(points.every(({ x, y }) => Object.is(values[x - 1], y))).toBe(true);
        expect(points.every(({ x }, at) => at === 0 || x > (points[at - 1]?.x ?? 0))).toBe(true);
        const ys = points.map(({ y }) => y);
        expect(Math.max(...ys)).toBe(Math.max(...values));
        expect(Math.min(...ys)).toBe(Math.min(...values));
      },
    ),
  );
});
