import { expect, test } from 'vitest';
import { groupedRuns } from '../../../shared/runs/runGroups';
import { parseRunQuery, sortedRuns } from '../../../shared/runs/runQuery';
import { settingsOf, type RunSummary } from '../../../shared/runs/runSummary';
import { manifest } from '../../helpers/smallEvidence';

const base: RunSummary = {
  folder: '/runs/project-1/sequential',
  id: 'sequential',
  experiment: '/runs/project-1',
  annotation: { name: '', note: '', tags: [] },
  style: 'sequential',
  network: '4, dense 64, dense 3',
  training: 'adam 0.001, batches of 32, 10 epochs',
  data: 'Iris',
  engine: 'graph',
  device: 'CPU',
  threads: 1,
  seed: '42',
  protocol: null,
  state: 'finished',
  steps: 50,
  totalSteps: 50,
  lastLoss: 0.25,
  bestValidation: null,
  createdAt: '2026-11-28T10:00:00.000Z',
  sizeBytes: 1_000,
  settings: 'a',
  twin: null,
};
const runs: readonly RunSummary[] = [
  base,
  { ...base, folder: '/runs/b', seed: '420', lastLoss: 0.1, threads: 2, settings: 'b' },
  { ...base, folder: '/runs/c', seed: '7', lastLoss: 'NaN', engine: 'keras-jax', state: 'died' },
  {
    ...base,
    folder: '/runs/d',
    lastLoss: null,
    annotation: { name: 'Old friend', note: 'two threads, see 10:30', tags: ['old', 'kept'] },
    twin: { folder: '/runs/e', verdict: 'different', sentence: 'They differ.' },
  },
];
const found = (query: string) =>
  runs.filter(parseRunQuery(query)).map(({ folder }) => folder.slice(-1));

test('a search finds words anywhere, in one column, by comparison, and without what is excluded', () => {
  expect(found('')).toEqual(['l', 'b', 'c', 'd']);
  expect(found('iris FRIEND')).toEqual(['d']);
  // A seed is whole: 42 is not 420.
  expect(found('seed:42')).toEqual(['l', 'd']);
  expect(found('engine:jax')).toEqual(['c']);
  expect(found('engine:keras-jax -status:finished')).toEqual(['c']);
  expect(found('loss<0.2')).toEqual(['b']);
  expect(found('threads>=2')).toEqual(['b']);
  expect(found('tags:old "two threads"')).toEqual(['d']);
  expect(found('10:30')).toEqual(['d']);
  expect(found('"see: 10"')).toEqual([]);
  expect(found('"threads, see"')).toEqual(['d']);
  expect(found('name:"old friend"')).toEqual(['d']);
  expect(found('verdict:different')).toEqual(['d']);
  expect(found('loss:')).toEqual(['d']);
  expect(found('-verdict:different -')).toEqual(['l', 'b', 'c']);
  expect(() => parseRunQuery('seeds:4')).toThrow(/no column "seeds"/);
  expect(() => parseRunQuery('loss<low')).toThrow(/needs a number/);
});

test('runs are sorted in both directions with those last that have no value, by number where it is one', () => {
  const sorted = (column: 'loss' | 'seed', isDescending: boolean) =>
    sortedRuns(runs, { column, isDescending }).map(({ folder }) => folder.slice(-1));
  expect(sorted('loss', false)).toEqual(['b', 'l', 'c', 'd']);
  expect(sorted('loss', true)).toEqual(['l', 'b', 'c', 'd']);
  // Seeds are texts, yet 7 comes before 42.
  expect(sorted('seed', false)).toEqual(['c', 'd', 'l', 'b']);
});

test('groups have their number of seeds and the range of their last losses', () => {
  const groups = groupedRuns(runs, 'settings');
  expect(groups.map(({ runs: own, seeds, losses }) => [own.length, seeds, losses])).toEqual([
    [3, 2, [0.25, 0.25]],
    [1, 1, [0.1, 0.1]],
  ]);
});

test('settings are equal for another seed, and not for anything else that decides numbers', () => {
  const other = { ...manifest, randomness: { ...manifest.randomness, seed: 'another' } };
  expect(settingsOf(other)).toBe(settingsOf(manifest));
  const changed = [
    { ...manifest, environment: { ...manifest.environment, threads: 2 } },
    { ...manifest, training: { ...manifest.training, batchSize: 7 } },
    { ...manifest, data: { ...manifest.data, sha256: 'f'.repeat(64) } },
    { ...manifest, ran: { ...manifest.ran, cpu: 'another' } },
    { ...manifest, script: { ...manifest.script, model: 'b' as const } },
  ];
  for (const own of changed) expect(settingsOf(own)).not.toBe(settingsOf(manifest));
});
