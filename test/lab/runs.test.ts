import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Flips } from '../../shared/compare/flips';
import type { RunSummary } from '../../shared/runs/runSummary';
import { lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';
import { trainedPair } from '../helpers/trainedPair';

/** The lab with settings and a current folder of its own. */
async function place() {
  const cwd = tempFolder();
  const env = { ...process.env, TWINTRAIN_SETTINGS: join(cwd, 'settings') };
  cpSync(await trainedPair(), join(cwd, 'mine'), { recursive: true });
  const run = (...args: readonly string[]) => lab(args, { cwd, env });
  const json = async (...args: readonly string[]) => {
    const { stdout } = await run(...args, '--json');
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { cwd, run, json };
}

test('lab runs lists kept folders, and finds, sorts, groups, names, trashes and restores', async () => {
  const { cwd, run, json } = await place();
  expect((await run('runs')).stdout).toBe('No runs were found.\n');
  await run('runs', 'keep', 'mine');
  const runs = (await json('runs', '--sort', 'name')) as unknown as RunSummary[];
  expect(runs.map(({ id }) => id)).toEqual(['sequential', 'subclass']);
  expect(runs.map(({ twin }) => twin?.verdict)).toEqual(['exact', 'exact']);
  const [first] = runs;
  const folder = first?.folder ?? '';
  await run('runs', 'name', folder, 'Mine');
  await run('runs', 'tag', folder, 'a, b');
  expect(await json('runs', '--filter', 'tags:b name:mine')).toMatchObject([
    { annotation: { name: 'Mine', note: '', tags: ['a', 'b'] } },
  ]);
  const table = await run('runs', '--columns', 'name,verdict', '--filter', 'tags:a');
  expect(table.stdout).toMatch(/^Name +Verdict\nMine +exact\n$/);
  expect(await json('runs', '--group', 'status')).toMatchObject([{ title: 'finished', seeds: 1 }]);

  await run('runs', 'trash', folder);
  expect(existsSync(folder)).toBe(false);
  expect(await json('runs')).toHaveLength(1);
  expect(await json('runs', 'trash')).toMatchObject([{ from: folder }]);
  await run('runs', 'restore', folder);
  expect(await json('runs')).toHaveLength(2);
  await run('runs', 'trash', folder);
  await run('runs', 'trash', '--empty');
  expect(await json('runs', 'trash')).toEqual([]);

  const bad = [
    [['runs', 'nowhere'], /There is no folder nowhere/],
    [['runs', '--sort', 'colour'], /--sort: "colour" is none of name/],
    [['runs', '--filter', 'loss<x'], /needs a number/],
    [['runs', 'name', folder, 'x'], /There is no run folder/],
    [['runs', 'forget', cwd], /not one of the kept folders/],
    [['runs', 'project', 'mine'], /needs -o/],
    [['runs', '--sort', '-colour'], /--sort: "colour" is none of name/],
  ] as const;
  for (const [args, message] of bad) {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  }
});

test('a run is a project again, which trains to the same bits; runs are replayed as they are', async () => {
  const { cwd, run, json } = await place();
  const [experiment = ''] = await json('runs', 'mine').then((runs) =>
    runs.map(({ experiment: own }) => String(own)),
  );
  const sequential = join(experiment, 'sequential');
  await run('runs', 'project', sequential, '-o', 'again.twintrain');
  const trained = await json('run', 'again.twintrain', '--out', 'again');
  expect(trained).toHaveLength(2);
  const compared = await json('compare', sequential, String(trained[0]?.['runFolder']));
  expect(compared).toMatchObject([{ verdict: 'exact' }]);
  const replayed = await json('replay', sequential, join(experiment, 'subclass'));
  expect(replayed.at(-1)).toEqual({ verdict: 'exact' });
  expect(replayed).toHaveLength(3);

  // A copy is the same record twice, and one folder is not two.
  cpSync(sequential, join(cwd, 'copy'), { recursive: true });
  expect((await run('compare', sequential, 'copy')).stdout).toContain('may be a copy of the other');
  expect((await run('compare', sequential, sequential)).code).toBe(2);
  const both = await run('compare', sequential, 'copy', '--settings', '--csv', 'x.csv');
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('printed by itself')]);

  // Both are repeats with the same seed: the floor is nothing, and nothing is noisy.
  mkdirSync(join(cwd, 'settings'), { recursive: true });
  await run('runs', 'keep', 'mine', 'again');
  const pair = [sequential, join(experiment, 'subclass')];
  const noise = await json('compare', ...pair, '--noise', '--csv', 'c.csv', '--svg', 'c.svg');
  expect(noise).toMatchObject([{ noise: { shareWithin: null, noisy: [] } }]);
  expect(readFileSync(join(cwd, 'c.csv'), 'utf8')).toMatch(/^step,A,B,difference,ulps\n1,/);
  expect(readFileSync(join(cwd, 'c.svg'), 'utf8')).toContain('</svg>');
  const apart20 = await json('compare', ...pair, '--weights');
  // Both styles are equal, at every step.
  expect(apart20.every(({ differing }) => differing === 0)).toBe(true);
  expect(new Set(apart20.map(({ step }) => step)).size).toBeGreaterThan(5);
  // Equal networks predict the same; another seed's run does not.
  const same = await json('compare', ...pair, '--flips');
  expect(same).toMatchObject([{ rows: 15, flips: [] }]);
  const repeats = await json('noise', sequential, '--seeds', '2', '--out', 'mine');
  expect(repeats.map(({ kind }) => kind)).toEqual(['same', 'seed', 'seed', 'bit', undefined]);
  expect(repeats.at(-1)).toMatchObject({ noisy: [] });
  expect(repeats[0]).toMatchObject({ apart: 0 });
  // One bit may be lost in rounding.
  for (const at of [1, 2]) expect(repeats[at]?.['apart']).toBeGreaterThan(0);
  // A run is no measure of its own difference.
  const seed = String(repeats[1]?.['folder']);
  const apart = await json('compare', sequential, seed, '--noise');
  expect((apart[0]?.['noise'] as { repeats: string[] }).repeats).not.toContain(seed);
  const flips = await json('compare', sequential, seed, '--flips');
  const [found] = flips as unknown as Flips[];
  // The record's own accuracy over the held-out rows is the witness.
  for (const [side, folder] of [sequential, seed].entries()) {
    const last = readFileSync(join(folder, 'epochs.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '';
    const { validation } = JSON.parse(last) as { validation: { accuracy: number } };
    expect((found?.right[side] ?? 0) / 15).toBeCloseTo(validation.accuracy, 6);
  }
  const told = (await run('compare', ...pair, '--noise')).stdout;
  expect(told).toContain('At every step the two differ by no more than the first run’s');
  const settings = await json('compare', ...pair, '--settings');
  expect(settings.map(({ path }) => path)).toEqual(['network.style']);
});
