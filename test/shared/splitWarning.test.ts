import { expect, test } from 'vitest';
import { splitWarning } from '../../shared/training/splitWarning';

const split = { validationSplit: 0.2, validationFrom: 'end' } as const;
const sorted = { areLabelsSorted: true, groupSizes: null, heldOut: null };

test('only a split that takes the last of sorted rows gives a warning', () => {
  const warning = splitWarning(sorted, split);
  expect(warning?.message).toContain('the last 20 % are only of the last');
  expect(splitWarning({ ...sorted, areLabelsSorted: false }, split)).toBe(null);
  expect(splitWarning(sorted, { ...split, validationSplit: 0 })).toBe(null);
  const better = warning?.better?.from ?? 'end';
  expect(splitWarning(sorted, { ...split, validationFrom: better })).toBe(null);
});

test('groups that are not kept together are told, and a split that is not used', () => {
  const grouped = { ...sorted, groupSizes: [3, 4] };
  const warning = splitWarning(grouped, { ...split, validationFrom: 'stratified' });
  expect(warning?.better?.from).toBe('groups');
  expect(splitWarning(grouped, { ...split, validationFrom: 'groups' })).toBe(null);
  const apart = splitWarning({ ...grouped, heldOut: { rows: 5, by: 'file' } }, split);
  expect([apart?.message.includes('20 percent'), apart?.better]).toEqual([true, null]);
});
