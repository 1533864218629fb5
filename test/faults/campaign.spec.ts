import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import seedrandom from 'seedrandom';
import { readRun } from '../../electron/runs/readRun';
import { root } from '../e2e/launchApp';
import { PlainApp } from '../e2e/plainApp';
import { beginTraining, happened, stepsPass, view } from '../e2e/training';

/**
 * `npm run faults`: what goes wrong on a user's machine, done to the real app at random moments. Each
 * round asserts that nothing recorded is lost, that no process is left over, and that the app says what
 * happened; each fault prints one JSON line of figures.
 */
const rounds = Number(process.env['FAULTS_ROUNDS'] ?? 10);
const seed = process.env['FAULTS_SEED'] ?? '1';
const draw = seedrandom(seed);
const EPOCHS = 2_000;
const STEPS = EPOCHS * 4;
const PORT = 9_381;

/** sha256 of a whole run's losses and last weights; every run of it must give the same. */
let reference: string | null = null;
let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twintrain-faults-'));
});
test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const runs = () => join(folder, 'runs');
const report = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Every run's folder below the app's runs. */
function runFolders(): string[] {
  if (!existsSync(runs())) return [];
  return readdirSync(runs(), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('run.json'))
    .map((name) => join(runs(), name, '..'));
}

const lossesOf = (run: string) => readFileSync(join(run, 'losses.f32'));

function fingerprint(run: string): string {
  const hash = createHash('sha256').update(lossesOf(run));
  return hash.update(readFileSync(join(run, 'final-weights.safetensors'))).digest('hex');
}

function isAsReference(run: string): void {
  reference ??= fingerprint(run);
  expect(fingerprint(run)).toBe(reference);
}

/** What was on disk before is there still, and all of it can be read. @returns steps recorded */
function nothingIsLost(before: ReadonlyMap<string, Buffer>): number {
  let steps = 0;
  for (const [run, losses] of before) {
    expect(lossesOf(run).subarray(0, losses.length).equals(losses)).toBe(true);
    steps += readRun(run).losses.length;
  }
  return steps;
}

const onDisk = () => new Map(runFolders().map((run) => [run, lossesOf(run)]));

function resume(run: string): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/electron/lab.cjs'), 'resume', run],
    { encoding: 'utf8' },
  );
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
}

/** Processes that ended but were never reaped. */
function zombies(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const isZombie = stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
        return isZombie && /electron|twintrain/.test(stat) ? [stat] : [];
      } catch {
        return [];
      }
    });
}

async function allGone(pids: readonly number[]): Promise<void> {
  await expect
    .poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 20_000 })
    .toEqual([]);
  expect(zombies()).toEqual([]);
}

/** Between its first steps and some seconds later. */
const someMoment = () => pause(draw() * 2_500);

test(`a training process is killed, ${rounds} times`, async () => {
  test.setTimeout(rounds * 120_000);
  let [kept, resumed] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const app = new PlainApp(folder, PORT);
    let before = new Map<string, Buffer>();
    await app.look(async (page) => {
      await beginTraining(page, EPOCHS);
      await stepsPass(page, 0);
      await someMoment();
      const trainers = app.processes().filter(({ words }) => words.includes('node.mojom'));
      before = onDisk();
      process.kill(trainers[Math.floor(draw() * trainers.length)]?.pid ?? 0, 'SIGKILL');
      await expect(view(page).getByRole('alert').first()).toContainText('training process ended');
      await expect(view(page).locator('.verdict')).toContainText('not verified', {
        timeout: 90_000,
      });
    });
    await app.end();
    kept += nothingIsLost(before);
    expect(zombies()).toEqual([]);
    for (const run of runFolders()) {
      if (!existsSync(join(run, 'outcome.json'))) {
        resume(run);
        resumed++;
      }
      isAsReference(run);
    }
    rmSync(runs(), { recursive: true });
  }
  expect(resumed).toBe(rounds);
  report({ fault: 'trainer killed', rounds, seed, stepsKept: kept, resumedToTheBit: resumed });
});

test(`the main process is killed, ${rounds} times`, async () => {
  test.setTimeout(rounds * 120_000);
  let [kept, resumed] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const app = new PlainApp(folder, PORT);
    await app.look(async (page) => {
      await beginTraining(page, EPOCHS);
      await stepsPass(page, 0);
    });
    await someMoment();
    const before = onDisk();
    const pids = app.processes().map(({ pid }) => pid);
    app.process.kill('SIGKILL');
    await allGone(pids);
    kept += nothingIsLost(before);
    const unfinished = runFolders().filter((run) => !existsSync(join(run, 'outcome.json')));
    const next = new PlainApp(folder, PORT);
    await next.look(async (page) => {
      await expect(happened(page)).toContainText('was not closed');
      await expect(happened(page).getByRole('listitem')).toHaveCount(unfinished.length);
    });
    await next.end();
    for (const run of unfinished) {
      resume(run);
      isAsReference(run);
      resumed++;
    }
    rmSync(runs(), { recursive: true });
    rmSync(join(folder, 'session.json'), { force: true });
  }
  report({ fault: 'main killed', rounds, seed, stepsKept: kept, resumedToTheBit: resumed });
});

test(`the window’s process is killed, ${rounds} times`, async () => {
  test.setTimeout(rounds * 120_000);
  for (let round = 0; round < rounds; round++) {
    const app = new PlainApp(folder, PORT);
    await app.look(async (page) => {
      await beginTraining(page, EPOCHS);
      await stepsPass(page, 0);
    });
    await someMoment();
    const [renderer] = app.processes().filter(({ type }) => type === 'renderer');
    process.kill(renderer?.pid ?? 0, 'SIGKILL');
    await app.look(async (page) => {
      await expect(happened(page)).toContainText('process was lost');
      await expect(view(page).locator('.verdict')).toContainText('exact', { timeout: 90_000 });
      await expect(view(page).getByLabel('Steps trained')).toHaveAttribute(
        'value',
        String(2 * STEPS),
      );
    });
    await app.end();
    expect(zombies()).toEqual([]);
    runFolders().forEach(isAsReference);
    rmSync(runs(), { recursive: true });
    rmSync(join(folder, 'session.json'), { force: true });
  }
  report({ fault: 'window killed', rounds, seed, runsToTheEnd: 2 * rounds });
});

test('the disk fills up while it trains', async () => {
  test.skip(process.getuid?.() !== 0, 'a small disk needs root');
  test.setTimeout(240_000);
  const rowsKept: number[] = [];
  for (const kibibytes of [160, 220, 300]) {
    mkdirSync(runs(), { recursive: true });
    mount(['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', runs()]);
    const app = new PlainApp(folder, PORT);
    try {
      await app.look(async (page) => {
        await beginTraining(page, EPOCHS);
        await expect(view(page).getByRole('alert').first()).toContainText('The disk is full', {
          timeout: 60_000,
        });
        await expect(view(page).locator('.progress [role=status]').first()).not.toContainText(
          'Training',
        );
      });
      for (const run of runFolders()) rowsKept.push(readRun(run).losses.length);
      const trainers = app.processes().filter(({ words }) => words.includes('node.mojom'));
      expect(trainers).toEqual([]);
    } finally {
      await app.end();
      spawnSync('umount', ['-l', runs()]);
    }
  }
  expect(Math.max(...rowsKept)).toBeGreaterThan(0);
  report({ fault: 'disk full', rounds: 3, lossesReadable: rowsKept });
});

test('the folder of runs may not be written to', async () => {
  test.skip(process.getuid?.() !== 0, 'a read-only disk needs root');
  mkdirSync(runs(), { recursive: true });
  mount(['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', runs()]);
  const app = new PlainApp(folder, PORT);
  try {
    await app.look(async (page) => {
      await beginTraining(page, EPOCHS);
      await expect(view(page).getByRole('alert').first()).toContainText(
        /could not be written: .*read-only/i,
      );
      await expect(view(page).getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
    });
  } finally {
    await app.end();
    spawnSync('umount', ['-l', runs()]);
  }
  report({ fault: 'read-only folder', rounds: 1 });
});

test('the clock is set while it trains', async () => {
  const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
  test.skip(!existsSync(library), 'a clock to set needs Debian’s faketime');
  test.setTimeout(240_000);
  const clock = join(folder, 'clock');
  const project = join(folder, 'project.twintrain');
  writeFileSync(clock, '+0');
  writeFileSync(project, JSON.stringify(projectToRun));
  // Without a window: Chromium does not start with a preloaded library.
  const train = (name: string, env: Readonly<Record<string, string>>) =>
    spawn(process.execPath, [join(root, 'dist/electron/lab.cjs'), 'run', project, '--out', name], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
  const calm = train(join(folder, 'calm'), {});
  expect(await once(calm, 'exit')).toEqual([0, null]);
  const disturbed = train(join(folder, 'disturbed'), {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    // What a user sets is the wall clock.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  });
  const ended = once(disturbed, 'exit');
  const shifts = ['-2d', '+400d', '-10y', '+0'];
  let sets = 0;
  while (disturbed.exitCode === null) {
    writeFileSync(clock, shifts[sets++ % shifts.length] as string);
    await pause(300);
  }
  expect(await ended).toEqual([0, null]);
  for (const style of ['sequential', 'subclass']) {
    const [run, own] = ['calm', 'disturbed'].map((name) => join(folder, name, 'clock', style));
    expect(fingerprint(own as string)).toBe(fingerprint(run as string));
    const elapsedMs = readRun(own as string).outcome?.elapsedMs ?? 0;
    expect(elapsedMs).toBeGreaterThan(0);
    expect(elapsedMs).toBeLessThan(120_000);
  }
  report({ fault: 'clock set', times: sets, shifts, runsToTheEnd: 2 });
});

test('24 runs are queued and the app is killed', async () => {
  test.setTimeout(rounds * 120_000);
  let [finished, broken] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const app = new PlainApp(folder, PORT);
    await app.look(async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'Article' }).click();
      await page.getByLabel('Epochs').last().fill('300');
      await view(page).getByRole('button', { name: 'Run', exact: true }).click();
    });
    await expect.poll(() => runFolders().length, { timeout: 60_000 }).toBeGreaterThan(0);
    await pause(draw() * 15_000);
    const before = onDisk();
    const pids = app.processes().map(({ pid }) => pid);
    app.process.kill('SIGKILL');
    await allGone(pids);
    nothingIsLost(before);
    const unfinished = runFolders().filter((run) => !existsSync(join(run, 'outcome.json')));
    for (const run of runFolders()) {
      const { outcome, finalWeights, losses } = readRun(run);
      if (outcome === null) continue;
      expect([outcome.status, losses.length]).toEqual(['finished', outcome.steps]);
      expect(finalWeights).not.toBeNull();
    }
    finished += runFolders().length - unfinished.length;
    broken += unfinished.length;
    const next = new PlainApp(folder, PORT);
    await next.look(async (page) => {
      await expect(happened(page)).toContainText('was not closed');
      await expect(happened(page).getByRole('listitem')).toHaveCount(unfinished.length);
    });
    await next.end();
    rmSync(runs(), { recursive: true });
    rmSync(join(folder, 'session.json'), { force: true });
  }
  report({ fault: '24 queued runs, main killed', rounds, seed, finished, broken });
});

const network = [
  { id: 'hidden', kind: 'dense', units: 64, activation: 'relu' },
  { id: 'out', kind: 'dense', units: 3, activation: 'softmax' },
];
const projectToRun = {
  twintrain: 'project',
  version: 1,
  name: 'clock',
  architectures: [
    { style: 'sequential', inputShape: [4], layers: network },
    {
      style: 'subclass',
      inputShape: [4],
      members: network,
      calls: network.map(({ id }, index) => ({
        name: id,
        layer: id,
        inputs: [network[index - 1]?.id ?? 'input'],
      })),
    },
  ],
  training: { epochs: EPOCHS },
  randomness: { regime: 'controlled', seed: '0' },
  engine: 'graph',
  data: { kind: 'builtin', name: 'iris' },
};

function mount(args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}
