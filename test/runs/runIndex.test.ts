import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { readAnnotation, writeAnnotation } from '../../electron/runs/annotationFile';
import { KeptFolders } from '../../electron/runs/keptFolders';
import { projectOfRun } from '../../electron/runs/projectOfRun';
import { readRun } from '../../electron/runs/readRun';
import { RunIndex } from '../../electron/runs/runIndex';
import { emptyTrash, restoreRun, trashedRuns, trashRun } from '../../electron/runs/trash';
import { noAnnotation } from '../../shared/runs/annotation';
import { runFiles } from '../../shared/runs/runFiles';
import { tempFolder } from '../helpers/tempFolder';
import { trainedPair } from '../helpers/trainedPair';

const now = new Date('2026-11-28T10:00:00.000Z');

/** A folder with the pair's experiment in it. */
async function someRuns(): Promise<{ root: string; sequential: string; subclass: string }> {
  const pair = await trainedPair();
  const root = tempFolder();
  cpSync(pair, join(root, 'runs'), { recursive: true });
  const index = new RunIndex(null);
  const [a, b] = scanned(index, [root]).changed;
  const folders = [a ?? '', b ?? ''].sort();
  return { root, sequential: folders[0] ?? '', subclass: folders[1] ?? '' };
}

/** Folders that a scan reports. */
function scanned(index: RunIndex, roots: readonly string[]) {
  const changed = new Set<string>();
  const removed: string[] = [];
  for (const step of index.scan(roots)) {
    for (const { folder } of step.changed) changed.add(folder);
    removed.push(...step.removed);
  }
  return { changed: [...changed].sort(), removed };
}

test('a run is summarised as its records say, and twins are compared', async () => {
  const { root, sequential, subclass } = await someRuns();
  const index = new RunIndex(null);
  scanned(index, [root]);
  const runs = index.runsIn([root]);
  const { losses } = readRun(sequential);
  const run = runs.find(({ folder }) => folder === sequential);
  expect(run).toMatchObject({
    id: 'sequential',
    network: '4, dense 6, dense 3',
    training: expect.stringMatching(/^(sgd|adam) [\d.]+, batches of \d+, \d+ epochs$/) as string,
    data: 'Iris',
    engine: 'graph',
    device: 'CPU',
    threads: 1,
    seed: '7',
    protocol: null,
    state: 'finished',
    steps: losses.length,
    totalSteps: losses.length,
    lastLoss: losses.at(-1),
    twin: { folder: subclass, verdict: 'exact' },
  });
  expect(run?.bestValidation).toBeGreaterThan(0);
  expect(run?.settings).not.toBe(runs.find(({ folder }) => folder === subclass)?.settings);
});

test('the index file only remembers: what changed on disk is found, and a damaged one is made anew', async () => {
  const { root, sequential, subclass } = await someRuns();
  const file = join(tempFolder(), 'index.json');
  const first = new RunIndex(file);
  expect(scanned(first, [root]).changed).toEqual([sequential, subclass]);
  first.save();
  const second = new RunIndex(file);
  expect(second.runsIn([root])).toEqual(first.runsIn([root]));
  expect(scanned(second, [root])).toEqual({ changed: [], removed: [] });

  writeAnnotation(sequential, { name: 'Mine', note: '', tags: ['kept'] });
  expect(scanned(second, [root]).changed).toContain(sequential);
  rmSync(join(subclass, runFiles.outcome));
  const died = scanned(second, [root]);
  expect(died.changed).toEqual([sequential, subclass]);
  const states = second.runsIn([root]).map(({ state, twin }) => [state, twin?.verdict]);
  expect(states.sort()).toEqual([
    ['died', 'not_verified'],
    ['finished', 'not_verified'],
  ]);
  renameSync(subclass, join(root, 'elsewhere'));
  expect(scanned(second, [root]).removed).toEqual([subclass]);

  writeFileSync(file, readFileSync(file, 'utf8').replace('"graph"', '"xla"'));
  const anew = new RunIndex(file);
  expect(anew.runsIn([root])).toEqual([]);
  expect(scanned(anew, [root]).changed).toHaveLength(2);
});

test('a run whose process lives is running, and one that cannot be read is named', async () => {
  const { root, sequential } = await someRuns();
  rmSync(join(sequential, runFiles.outcome));
  // The test's parent lives; the own process does not count.
  const lock = { pid: process.ppid, folder: sequential };
  writeFileSync(join(sequential, runFiles.lock), JSON.stringify(lock));
  const broken = join(root, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, runFiles.manifest), '{"twintrain":');
  const index = new RunIndex(null);
  scanned(index, [root]);
  const run = index.runsIn([root]).find(({ folder }) => folder === sequential);
  expect([run?.state, run?.twin]).toEqual(['running', null]);
  expect(index.unreadable).toEqual([
    { folder: broken, why: expect.stringContaining('run.json is not JSON') as string },
  ]);
  rmSync(join(sequential, runFiles.lock));
  expect(scanned(index, [root]).changed).toContain(sequential);
});

test('a run moved to the trash comes back byte for byte, unless something else lies there', async () => {
  const { root, sequential } = await someRuns();
  const before = readRun(sequential);
  const trashed = trashRun(sequential, root, now);
  expect(existsSync(sequential)).toBe(false);
  expect(trashedRuns([root])).toEqual([trashed]);
  expect(scanned(new RunIndex(null), [root]).changed).toHaveLength(1);
  mkdirSync(sequential);
  expect(() => restoreRun(trashed.place)).toThrow(/exists again/);
  rmSync(sequential, { recursive: true });
  expect(restoreRun(trashed.place)).toBe(sequential);
  expect(readRun(sequential).losses).toEqual(before.losses);
  expect(trashedRuns([root])).toEqual([]);

  // A note from elsewhere moves nothing out of its folder.
  const moved = trashRun(sequential, root, now);
  const elsewhere = join(tempFolder(), 'run');
  const note = join(moved.place, 'trashed.json');
  const written = readFileSync(note, 'utf8');
  for (const from of [elsewhere, `${root}/${relative(root, elsewhere)}`]) {
    writeFileSync(note, written.replace(sequential, from));
    expect(() => restoreRun(moved.place)).toThrow(/was not in/);
    expect(existsSync(elsewhere)).toBe(false);
  }
  expect(() => trashRun(join(root, 'runs'), root, now)).toThrow(/is not a run/);
  emptyTrash([root]);
  expect(trashedRuns([root])).toEqual([]);
  expect(() => trashRun(root, root, now)).toThrow(/is a run itself/);
});

test('annotations are read back; an empty one leaves no file, a damaged one says nothing', async () => {
  const { sequential } = await someRuns();
  const annotation = { name: 'Ü', note: 'two\nlines', tags: ['a', 'b'] };
  writeAnnotation(sequential, annotation);
  expect(readAnnotation(sequential)).toEqual(annotation);
  writeFileSync(join(sequential, runFiles.annotation), '[]');
  expect(readAnnotation(sequential)).toEqual(noAnnotation);
  writeAnnotation(sequential, noAnnotation);
  expect(existsSync(join(sequential, runFiles.annotation))).toBe(false);
});

test('folders are kept once, not within each other, and forgotten without a trace on disk', () => {
  const [settings, own, added] = [tempFolder(), tempFolder(), tempFolder()];
  const inner = join(added, 'inner');
  mkdirSync(inner);
  const kept = new KeptFolders([own], settings);
  kept.add(added);
  kept.add(inner);
  kept.add(added);
  expect(kept.all()).toEqual([own, added]);
  expect(new KeptFolders([], settings).added()).toEqual([added, inner]);
  expect(kept.rootOf(join(inner, 'run'))).toBe(added);
  expect(kept.rootOf(`${added}-other`)).toBe(null);
  expect(() => kept.forget(own)).toThrow(/lab's own/);
  kept.forget(added);
  expect(kept.all()).toEqual([own, inner]);
  expect(existsSync(added)).toBe(true);
  expect(() => kept.add('/')).toThrow(/whole disk/);
  writeFileSync(join(settings, 'run-folders.json'), 'null');
  expect(kept.all()).toEqual([own]);
});

test('a run opens as the project that trains it again, in both styles if its twin is there', async () => {
  const { root, sequential, subclass } = await someRuns();
  const { project, notes } = projectOfRun(subclass);
  const manifest = readRun(subclass).manifest;
  expect(notes).toEqual([]);
  expect(project.architectures.map(({ style }) => style)).toEqual(['sequential', 'subclass']);
  expect(project).toMatchObject({
    training: manifest.training,
    environment: manifest.environment,
    randomness: manifest.randomness,
    engine: 'graph',
    data: manifest.data.source,
    initialWeights: null,
  });
  trashRun(sequential, root, now);
  expect(projectOfRun(subclass).project.architectures.map(({ style }) => style)).toEqual([
    'subclass',
  ]);
});
