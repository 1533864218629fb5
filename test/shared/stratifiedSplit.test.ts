import { expect, test } from 'vitest';
import { streamFor } from '../../shared/random/streams';
import { stratifiedOrder } from '../../shared/training/stratifiedSplit';

const draw = (seed: string) => streamFor(seed, { purpose: 'split' });

function countsOf(labels: Int32Array, rows: Uint32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  rows.forEach((row) => (counts[labels[row] as number] as number)++);
  return counts;
}

/** Sorted, and as many of each class as the case says. */
const sorted = (counts: readonly number[]) =>
  Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));

test.each([
  { counts: [50, 50, 50], trained: 120, aside: [10, 10, 10] },
  { counts: [90, 9, 1], trained: 80, aside: [18, 2, 0] },
  { counts: [10, 0, 30], trained: 30, aside: [3, 0, 7] },
  { counts: [3, 3], trained: 6, aside: [0, 0] },
])('each class gives its share: $counts, $trained trained', ({ counts, trained, aside }) => {
  const labels = sorted(counts);
  const order = stratifiedOrder(labels, counts.length, trained, draw('1'));
  expect([...order].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  expect(countsOf(labels, order.subarray(trained), counts.length)).toEqual(aside);
});

test('both parts keep the order of the data, and the seed alone decides which rows', () => {
  const labels = sorted([40, 40]);
  const order = stratifiedOrder(labels, 2, 60, draw('1'));
  const isAscending = (rows: Uint32Array) =>
    rows.every((row, place) => place === 0 || (rows[place - 1] as number) < row);
  expect(isAscending(order.subarray(0, 60)) && isAscending(order.subarray(60))).toBe(true);
  expect(stratifiedOrder(labels, 2, 60, draw('1'))).toEqual(order);
  expect(stratifiedOrder(labels, 2, 60, draw('2'))).not.toEqual(order);
});
