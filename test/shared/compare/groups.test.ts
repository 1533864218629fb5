import { expect, test } from 'vitest';
import {
  bandOf,
  groupsSentence,
  twoGroups,
  type ComparedGroup,
  type ComparedPair,
} from '../../../shared/compare/groups';
import type { RunSummary } from '../../../shared/runs/runSummary';

const curve = (...values: number[]) => Float32Array.from(values);

test('a band has mean, lowest and highest of each step, of the runs that are long enough', () => {
  const { mean, low, high } = bandOf([curve(1, 2, 4), curve(3, 6)]);
  expect([...mean]).toEqual([2, 4, 4]);
  expect([...low]).toEqual([1, 2, 4]);
  expect([...high]).toEqual([3, 6, 4]);
  expect([...bandOf([curve(1), curve(NaN)]).mean]).toEqual([NaN]);
  expect(bandOf([]).mean).toHaveLength(0);
});

test('two groups are runs of two settings, of which one has several', () => {
  const run = (folder: string, settings: string) => ({ folder, settings }) as RunSummary;
  const own = [run('a', 'x'), run('b', 'y'), run('c', 'x')];
  expect(twoGroups(own)?.map((group) => group.map(({ folder }) => folder))).toEqual([
    ['a', 'c'],
    ['b'],
  ]);
  expect(twoGroups(own.slice(0, 2))).toBeNull();
  expect(twoGroups([...own, run('d', 'z')])).toBeNull();
  expect(twoGroups(own.filter(({ settings }) => settings === 'x'))).toBeNull();
});

function group(...losses: (number | null)[]): ComparedGroup {
  const runs = losses.map((loss, at) => ({ folder: `r${at}`, seed: String(at), loss }));
  return { name: 'own', runs, band: bandOf([]) };
}

const pair = (verdict: ComparedPair['verdict']): ComparedPair => ({
  seed: '1',
  folders: ['a', 'b'],
  verdict,
  sentence: '',
});

const said = (a: ComparedGroup, b: ComparedGroup, ...verdicts: ComparedPair['verdict'][]) =>
  groupsSentence({ groups: [a, b], pairs: verdicts.map(pair), settings: [], notes: [] });

test('the sentence says what pairs of one seed give, and whether the final losses overlap', () => {
  expect(said(group(0.1, 0.2), group(0.15, 0.18), 'exact', 'exact')).toBe(
    'A has 2 runs, B 2. The 2 seeds that both have gave the same run in both, bit for bit. The mean loss of the last epoch is 0.1 to 0.2 in A and 0.15 to 0.18 in B. Seeds alone bring runs as far apart.',
  );
  expect(said(group(0.1), group(0.5, 0.6), 'different')).toBe(
    'A has 1 run, B 2. The one seed that both have gave different runs. The mean loss of the last epoch is 0.1 in A and 0.5 to 0.6 in B. So few runs leave room for chance.',
  );
  expect(
    said(group(1, 2, 3, 2, 1), group(4, 5, 4, 5, 4), 'exact', 'different', 'not_verified'),
  ).toBe(
    'A has 5 runs, B 5. Of the 3 seeds that both have, 1 gave the same run, bit for bit. 1 pair could not be verified. The mean loss of the last epoch is 1 to 3 in A and 4 to 5 in B; with the same seed it is higher in B each time. Seeds alone do not explain that.',
  );
  // Pairs of one seed show what ranges hide.
  expect(said(group(1, 2, 3, 4, 5, 6), group(0.9, 1.9, 2.9, 3.9, 4.9, 5.9), 'different')).toMatch(
    /lower in B each time\. Seeds alone do not explain that\.$/,
  );
  expect(said(group(1, 2), group(1, 2), 'exact', 'exact')).toMatch(/1 to 2 in B\.$/);
  expect(said(group(1, NaN), group(null))).toBe(
    'A has 2 runs, B 1. No seed is in both, so no two runs should be the same.',
  );
  expect(said(group(1, NaN), group(2))).toContain('Not every loss of the last epoch');
});
