import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  groupedOrder,
  heldOutGroups,
  splitRows,
  splitStream,
} from '../../shared/training/groupSplit';

const grouped = fc.array(fc.nat(6), { minLength: 2, maxLength: 60 }).map((own) => {
  const names = [...new Set(own)];
  return Int32Array.from(own, (group) => names.indexOf(group));
});

test('a group is trained on or held out as a whole, and the count is known without the rows', () => {
  fc.assert(
    fc.property(
      grouped,
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      fc.string(),
      (groups, share, seed) => {
        const sizes: number[] = [];
        for (const group of groups) sizes[group] = (sizes[group] ?? 0) + 1;
        const held = heldOutGroups(sizes, share, splitStream(seed));
        const { order, heldOut } = groupedOrder(groups, held);
        expect([...order].sort((a, b) => a - b)).toEqual([...groups.keys()]);
        const first = groups.length - heldOut.rows;
        const side = (rows: Uint32Array) => new Set(Array.from(rows, (row) => groups[row]));
        const [train, aside] = [side(order.subarray(0, first)), side(order.subarray(first))];
        expect([...train].filter((own) => aside.has(own))).toEqual([]);
        expect(train.size).toBeGreaterThan(0);
        // In each part, rows keep their order.
        expect([...order.subarray(first)]).toEqual(
          [...order.subarray(first)].sort((a, b) => a - b),
        );
        const known = splitRows(
          { rows: groups.length, heldOut: null, groupSizes: sizes },
          { validationFrom: 'groups', validationSplit: share },
          seed,
        );
        expect(known.heldOut).toEqual(heldOut);
        // As near to the share as drawing allows: one more or less of those at hand is not nearer.
        const wanted = groups.length - Math.floor(groups.length * (1 - share));
        expect(Math.abs(wanted - heldOut.rows)).toBeLessThanOrEqual(wanted);
      },
    ),
    { numRuns: 500 },
  );
});

test('another seed holds out other groups, the same one the same', () => {
  const sizes = Array.from({ length: 40 }, () => 5);
  const draw = (seed: string) => [...heldOutGroups(sizes, 0.25, splitStream(seed))];
  expect(draw('1')).toEqual(draw('1'));
  expect(draw('1')).not.toEqual(draw('2'));
  expect(draw('1')).toHaveLength(10);
});
