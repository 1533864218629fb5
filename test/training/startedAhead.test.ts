import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import { trainersAhead } from '../../electron/training/startedAhead';
import { startScript } from '../../electron/training/trainerHost';
import type { TrainerProcess } from '../../electron/training/trainerProcess';
import { distFolder } from '../helpers/lab';
import { scriptOf } from '../helpers/script';
import { tempFolder } from '../helpers/tempFolder';

const trainer = nodeTrainer(join(distFolder, 'electron/trainer.cjs'));

/** Trainers that note the processes that were started and how each ended. */
function noted() {
  const started: TrainerProcess[] = [];
  const ended: Promise<string>[] = [];
  const ahead = trainersAhead((script, request) => {
    const own = trainer(script, request);
    started.push(own);
    ended.push(new Promise((resolve) => own.onExit(resolve)));
    return own;
  });
  return { ahead, started, ended };
}
const script = (seed: string) =>
  scriptOf(tempFolder(), 'sequential', { regime: 'controlled', seed });

test('a script is trained in the process that was started ahead for one like it', async () => {
  const { ahead, started } = noted();
  ahead.start(script('1'), 'start');
  const running = startScript(script('2'), ahead.spawn, () => {});
  expect(running.pid).toBe(started[0]?.pid);
  await running.done;
  // It is used once.
  const second = startScript(script('2'), ahead.spawn, () => {});
  await second.done;
  expect(started).toHaveLength(2);
});

test('other threads need another process, and what was not needed is ended', async () => {
  const { ahead, started, ended } = noted();
  const own = script('1');
  ahead.start({ ...own, environment: { ...own.environment, threads: 2 } }, 'start');
  const running = startScript(own, ahead.spawn, () => {});
  expect(running.pid).not.toBe(started[0]?.pid);
  await running.done;
  ahead.end();
  expect(await ended[0]).toBe('it was killed');
});

test('a process that was killed while it waited is replaced', async () => {
  const { ahead, started, ended } = noted();
  ahead.start(script('1'), 'start');
  started[0]?.kill();
  await ended[0];
  await startScript(script('1'), ahead.spawn, () => {}).done;
  expect(started).toHaveLength(2);
});
