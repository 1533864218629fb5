import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asSubclass } from '../../shared/architecture/architecture';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { distFolder, lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';

const sequential = articleNetwork(4, [16], 3);

function project(
  folder: string,
  architectures: readonly object[] = [sequential],
  data: object = { kind: 'builtin', name: 'iris' },
): string {
  return projectFile(folder, {
    name: 'long',
    architectures,
    training: { epochs: 60, metrics: ['accuracy'] },
    engine: 'eager',
    // One style after the other.
    environment: { threads: os.cpus().length },
    data,
    recording: { snapshotEvery: { steps: 5 } },
  });
}

/** Ends `lab` as soon as some steps of a run are recorded. @returns its exit code; null if it was killed */
async function broken(
  words: readonly string[],
  run: string,
  signal: 'SIGINT' | 'SIGKILL',
  series = 'losses.f32',
): Promise<number | null> {
  const child = spawn(process.execPath, [`${distFolder}/electron/lab.cjs`, ...words]);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const file = join(run, series);
  while (!existsSync(file) || statSync(file).size === 0) await setTimeout(10);
  child.kill(signal);
  return ended;
}

test('an interrupted run is resumed and ends as if it had never stopped', async () => {
  const folder = tempFolder();
  const file = project(folder);
  const run = join(folder, 'broken/long/sequential');
  expect(await broken(['run', file, '--out', join(folder, 'broken')], run, 'SIGINT')).toBe(130);

  // A bundle takes what there is, and says that it is not all.
  const early = await lab(['export', run, '-o', join(folder, 'early.zip'), '--json']);
  expect(early.stderr).toContain('its training did not finish');
  expect(JSON.parse(early.stdout)).toMatchObject({ runs: 1, unfinished: ['sequential'] });

  const resumed = await lab(['resume', run, '--json']);
  expect(resumed.code).toBe(0);
  expect(resumed.stderr).not.toContain('Nothing was left');
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    status: 'finished',
    steps: 300,
    training: { accuracy: expect.closeTo(1, 0) as number },
    validation: null,
  });

  expect((await lab(['run', file, '--out', join(folder, 'whole')])).code).toBe(0);
  const compared = await lab(['compare', run, join(folder, 'whole/long/sequential')]);
  expect(compared).toMatchObject({ code: 0, stdout: expect.stringContaining('exact') });

  // Resuming what is finished trains nothing and says the same again.
  expect(await lab(['resume', run, '--json'])).toMatchObject({
    code: 0,
    stdout: resumed.stdout,
    stderr: expect.stringContaining('Nothing was left to train') as string,
  });

  // Wherever it is now, a run of one network carries all that is needed to go on.
  renameSync(run, join(folder, 'moved'));
  expect(await lab(['resume', join(folder, 'moved'), '--json'])).toMatchObject({ code: 0 });
  expect(await lab(['resume', folder])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not a run that can be resumed'),
  });
});

const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a copied project killed in its first style is resumed with the second, bit for bit', async () => {
  const folder = tempFolder();
  const file = project(folder, [sequential, asSubclass(sequential)]);
  const out = join(folder, 'broken');
  const first = join(out, 'long/sequential');
  expect(await broken(['run', file, '--out', out], first, 'SIGKILL')).toBe(null);
  // The trainer's last words may still be written.
  await setTimeout(500);
  expect(existsSync(join(out, 'long/subclass'))).toBe(false);
  expect((await lab(['run', file, '--out', join(folder, 'whole')])).code).toBe(0);
  // Both by the folder of the experiment and by that of one run.
  for (const [name, words] of [
    ['by-experiment', ''],
    ['by-run', 'sequential'],
  ] as const) {
    const copy = join(folder, name);
    cpSync(join(out, 'long'), copy, { recursive: true });
    const resumed = await lab(['resume', join(copy, words), '--json']);
    expect([resumed.stderr, resumed.code]).toEqual([expect.not.stringContaining('rror'), 0]);
    expect(jsonLines(resumed.stdout)).toMatchObject(
      ['sequential', 'subclass'].map((style) => ({
        style,
        runFolder: join(copy, style),
        status: 'finished',
        steps: 300,
      })),
    );
    for (const style of ['sequential', 'subclass']) {
      const losses = (own: string) => readFileSync(join(own, style, 'losses.f32'));
      expect(losses(copy).equals(losses(join(folder, 'whole/long')))).toBe(true);
    }
  }
});

/** A CSV of its own, and a run on it that was killed. */
async function killed(folder: string): Promise<{ csv: string; run: string }> {
  const csv = join(folder, 'rows.csv');
  const rows = Array.from(
    { length: 150 },
    (_, row) => `${row},${row % 7},${row % 5},${row % 2},${row % 3}`,
  );
  writeFileSync(csv, ['a,b,c,d,kind', ...rows, ''].join('\n'));
  const file = project(folder, [sequential], { kind: 'csv', path: csv, label: 'kind' });
  const run = join(folder, 'out/long/sequential');
  const words = ['run', file, '--out', join(folder, 'out')];
  await broken(words, run, 'SIGKILL', 'snapshot.safetensors');
  // The trainer ends when it notices that nobody listens.
  while (existsSync(join(run, 'lock.json')) && isAlive(join(run, 'lock.json')))
    await setTimeout(50);
  return { csv, run };
}

function isAlive(lock: string): boolean {
  try {
    process.kill((JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }).pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a run is not resumed on other data', async () => {
  const folder = tempFolder();
  const { csv, run } = await killed(folder);
  const before = readFileSync(csv, 'utf8');
  writeFileSync(csv, before.replace('\n3,3,3,1,0', '\n3.5,3,3,1,0'));
  const refused = await lab(['resume', run]);
  expect([refused.code, refused.stderr]).toEqual([
    expect.any(Number),
    expect.stringContaining('was trained on other data'),
  ]);
  expect(refused.code).not.toBe(0);
  writeFileSync(csv, before);
  expect((await lab(['resume', run])).code).toBe(0);
});

test('a snapshot with a changed bit is not used: the run starts over, to the same bits', async () => {
  const folder = tempFolder();
  const { run } = await killed(folder);
  const whole = join(folder, 'whole');
  cpSync(run, whole, { recursive: true });
  const snapshot = join(whole, 'snapshot.safetensors');
  expect(existsSync(snapshot)).toBe(true);
  const bytes = readFileSync(snapshot);
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
  writeFileSync(snapshot, bytes);
  expect((await lab(['resume', run])).code).toBe(0);
  expect((await lab(['resume', whole])).code).toBe(0);
  expect((await lab(['compare', run, whole])).code).toBe(0);
});

test('a run that another process is writing is left alone', async () => {
  const folder = tempFolder();
  const { run } = await killed(folder);
  const lock = (pid: number, own: string) =>
    writeFileSync(join(run, 'lock.json'), JSON.stringify({ pid, folder: own }));
  lock(process.pid, run);
  const refused = await lab(['resume', run]);
  expect([refused.code !== 0, refused.stderr]).toEqual([
    true,
    expect.stringContaining('is being trained by another process'),
  ]);
  // A lock file that came with a copy does not count.
  lock(process.pid, join(folder, 'elsewhere'));
  expect((await lab(['resume', run])).code).toBe(0);
  expect(existsSync(join(run, 'lock.json'))).toBe(false);
});

test("the article's experiment goes on with the protocols that are missing", async () => {
  const folder = tempFolder();
  const words = ['article', '--json', '--seed', '5', '--protocols', '1,2', '--epochs', '40'];
  const out = join(folder, 'broken');
  const child = spawn(process.execPath, [`${distFolder}/electron/lab.cjs`, ...words, '--out', out]);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  // Some runs are finished by the first result, some are not.
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  child.kill('SIGINT');
  await ended;
  const [name = ''] = readdirSync(out);
  const moved = join(folder, 'moved');
  renameSync(join(out, name), moved);
  const resumed = await lab(['resume', moved, '--json']);
  const whole = await lab([...words, '--out', join(folder, 'whole')]);
  expect([resumed.code, whole.code]).toEqual([0, 0]);
  const told = (text: string) =>
    jsonLines(text).map((line) => ({ ...line, runFolders: null, engine: null }));
  expect(told(resumed.stdout)).toEqual(told(whole.stdout));
});
