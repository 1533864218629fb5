import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readRun } from '../../electron/runs/readRun';
import { startScript } from '../../electron/training/trainerHost';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import type { AppError } from '../../shared/lib/appError';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import type { TrainerEvent } from '../../shared/training/wire';
import { distFolder } from '../helpers/lab';
import { scriptOf } from '../helpers/script';
import { tempFolder } from '../helpers/tempFolder';

const trainer = nodeTrainer(`${distFolder}/electron/trainer.cjs`);
const randomness = { regime: 'global', seed: '42', initialiserSeeds: 'none' } as const;

/** A small file system to fill up can be mounted by root only. */
const testAsRoot = test.skipIf(process.getuid?.() !== 0);

/** Starts an endless run and lets it take some steps. */
async function runningScript(folder: string) {
  const events: TrainerEvent[] = [];
  const running = startScript(
    scriptOf(folder, 'subclass', randomness, { epochs: 100_000 }),
    trainer,
    (event) => events.push(event),
  );
  const done = running.done.then(
    () => null,
    (error: unknown) => error as AppError,
  );
  while (events.filter(({ type }) => type === 'losses').length < 5) await setTimeout(10);
  return { running, done, events };
}

test('kill -9 in the middle of a run leaves a readable folder and a clear error', async () => {
  const folder = join(tempFolder(), 'run');
  const { running, done, events } = await runningScript(folder);
  process.kill(running.pid as number, 'SIGKILL');
  expect(await done).toMatchObject({
    code: 'trainer-died',
    message: expect.stringContaining('(it was killed)'),
  });

  const run = readRun(folder);
  const shown = events.reduce(
    (sum, event) => sum + (event.type === 'losses' ? event.losses.length : 0),
    0,
  );
  expect(run.outcome).toBeNull();
  // Whatever the screen was shown had been recorded before.
  expect(run.losses.length).toBeGreaterThanOrEqual(shown);
  expect(run.losses.every((loss) => Number.isFinite(loss) && loss > 0)).toBe(true);
  expect(run.initialWeights).toHaveLength(4);
  expect(compareRuns(run, run)).toMatchObject({
    verdict: 'not_verified',
    reason: expect.stringContaining('has no outcome'),
  });
});

test('a process that the system killed for lack of memory is reported with the batch that fits', async () => {
  const folder = join(tempFolder(), 'run');
  const script = scriptOf(folder, 'subclass', randomness, { epochs: 100_000 });
  let kills = 7;
  const running = startScript(
    script,
    trainer,
    (event) => {
      if (event.type !== 'losses' || kills > 7) return;
      // As Linux does it: the process is gone, and the count has grown.
      kills++;
      process.kill(running.pid as number, 'SIGKILL');
    },
    'start',
    () => kills,
  );
  await expect(running.done).rejects.toMatchObject({
    code: 'out-of-memory',
    message: expect.stringContaining('memory ran out with batches of 16 rows'),
    // The largest power of two below; there is memory enough for it.
    remedy: expect.stringContaining('A batch of 8 fits'),
  });
  expect(readRun(folder).losses.length).toBeGreaterThan(0);
});

test('stop ends a run at a step and records it as stopped', async () => {
  const folder = join(tempFolder(), 'run');
  const { running, done } = await runningScript(folder);
  running.stop();
  expect(await done).toBeNull();
  const { outcome, losses, finalWeights } = readRun(folder);
  expect(outcome).toMatchObject({ status: 'stopped', steps: losses.length });
  expect(finalWeights).toHaveLength(4);
});

test('a record that was cut short is left out, one that was changed is refused', async () => {
  const folder = join(tempFolder(), 'run');
  await startScript(scriptOf(folder, 'sequential', randomness), trainer, () => {}).done;
  const changed = (change: (copy: string) => void) => {
    const copy = join(tempFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    change(copy);
    return copy;
  };
  const cut = readRun(
    changed((copy) => {
      truncateSync(join(copy, 'losses.f32'), 4 * 7 + 3);
      const orders = readFileSync(join(copy, 'batch-orders.jsonl'), 'utf8');
      writeFileSync(join(copy, 'batch-orders.jsonl'), orders.slice(0, -5));
    }),
  );
  expect([cut.losses.length, cut.orders.length]).toEqual([7, 1]);

  const swapped = changed((copy) =>
    cpSync(join(copy, 'final-weights.safetensors'), join(copy, 'initial-weights.safetensors')),
  );
  expect(() => readRun(swapped)).toThrow(
    'hidden1/kernel in initial-weights.safetensors does not have the sha256',
  );
  const broken = changed((copy) =>
    writeFileSync(join(copy, 'run.json'), '{"twintrain":"run","format":2}'),
  );
  expect(() => readRun(broken)).toThrow('is not a readable run: run.json');
  expect(() => readRun(changed((copy) => writeFileSync(join(copy, 'outcome.json'), '{')))).toThrow(
    'outcome.json is not JSON',
  );
  expect(() => readRun(tempFolder())).toThrow('it holds no run.json');
});

testAsRoot('a full disk fails the run with a clear error and keeps what was recorded', async () => {
  const mount = join(tempFolder(), 'small');
  mkdirSync(mount);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', mount]);
  onTestFinished(() => void execFileSync('umount', ['-l', mount]));
  const folder = join(mount, 'run');
  const events: TrainerEvent[] = [];
  await startScript(
    scriptOf(folder, 'sequential', randomness, { epochs: 100_000 }),
    trainer,
    (event) => events.push(event),
  ).done;
  const ended = events.find((event) => event.type === 'run-ended');
  expect(ended).toMatchObject({ outcome: { status: 'failed', error: { code: 'disk-full' } } });
  const { losses, orders } = readRun(folder);
  expect(losses.length).toBeGreaterThan(50);
  expect(orders.length).toBeGreaterThan(3);
});

testAsRoot("a full disk at the very start is the script's error", async () => {
  const mount = join(tempFolder(), 'small');
  mkdirSync(mount);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', mount]);
  onTestFinished(() => void execFileSync('umount', ['-l', mount]));
  writeFileSync(join(mount, 'filler'), Buffer.alloc(4096));
  const running = startScript(
    scriptOf(join(mount, 'run'), 'sequential', randomness),
    trainer,
    () => {},
  );
  await expect(running.done).rejects.toMatchObject({ code: 'disk-full' });
});
