import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MinMaxPyramid } from '../../../shared/compare/minMaxPyramid';

const value = fc.oneof(
  { weight: 20, arbitrary: fc.float({ noNaN: true }) },
  fc.constantFrom(NaN, Infinity, -Infinity, 0),
);

test('every part of a curve keeps its lowest and highest value, whatever the zoom', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 3_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 200 }),
      (list, start, share, stretches) => {
        const values = Float32Array.from(list);
        const from = 1 + Math.floor(start * (values.length - 1));
        const to = from + Math.floor(share * (values.length - from));
        const points = new MinMaxPyramid(values).between(from, to, stretches);
        expect(points.length).toBeLessThanOrEqual(2 * stretches + 4);
        const xs = points.map(({ x }) => x);
        expect(xs).toEqual([...new Set(xs)].sort((a, b) => a - b));
        for (const { x, y } of points) expect(y).toBe(values[x - 1]);
        // What is drawn reaches a step beyond each end; within, nothing is higher or lower.
        const shown = points.map(({ y }) => y).filter((y) => !Number.isNaN(y));
        const inside = [...values.subarray(from - 1, to)].filter((y) => !Number.isNaN(y));
        if (inside.length === 0) return;
        expect(Math.max(...shown)).toBeGreaterThanOrEqual(Math.max(...inside));
        expect(Math.min(...shown)).toBeLessThanOrEqual(Math.min(...inside));
      },
    ),
    { numRuns: 400 },
  );
});

test('of a million points a single spike is drawn, and so is its place', () => {
  const values = new Float32Array(1_000_000).fill(1);
  values[654_321] = 1e6;
  values[123_456] = -1e6;
  const points = new MinMaxPyramid(values).between(1, values.length, 400);
  expect(points.find(({ y }) => y === 1e6)?.x).toBe(654_322);
  expect(points.find(({ y }) => y === -1e6)?.x).toBe(123_457);
});
