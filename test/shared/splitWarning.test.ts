import { expect, test } from 'vitest';
import { splitWarning } from '../../shared/training/splitWarning';

const split = { validationSplit: 0.2, validationFrom: 'end' } as const;

test('only a split that takes the last of sorted rows gives a warning', () => {
  expect(splitWarning({ areLabelsSorted: true }, split)).toContain(
    'the last 20 % are only of the last',
  );
  expect(splitWarning({ areLabelsSorted: false }, split)).toBe(null);
  expect(splitWarning({ areLabelsSorted: true }, { ...split, validationSplit: 0 })).toBe(null);
  const stratified = { ...split, validationFrom: 'stratified' } as const;
  expect(splitWarning({ areLabelsSorted: true }, stratified)).toBe(null);
});
