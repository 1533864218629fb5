import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRun } from '../../electron/runs/readRun';
import { startScript } from '../../electron/training/trainerHost';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import { architectureSchema, asSubclass } from '../../shared/architecture/architecture';
import type { AppError } from '../../shared/lib/appError';
import type { TfjsMode } from '../../shared/engines/tfjs';
import type { Script } from '../../shared/training/script';
import { trainingSchema, type Randomness } from '../../shared/training/trainingConfig';
import { evidenceFiles } from '../helpers/evidenceFiles';
import { distFolder } from '../helpers/lab';
import { scriptOf } from '../helpers/script';
import { tempFolder } from '../helpers/tempFolder';

const trainer = nodeTrainer(`${distFolder}/electron/trainer.cjs`);

const sequential = architectureSchema.parse({
  style: 'sequential',
  inputShape: [4],
  layers: [
    { id: 'hidden', kind: 'dense', units: 8, activation: 'tanh' },
    { id: 'norm', kind: 'batchNormalization' },
    { id: 'drop', kind: 'dropout', rate: 0.2 },
    { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
  ],
});
if (sequential.style !== 'sequential') throw new Error('not reached');
const styles = { a: sequential, b: asSubclass(sequential) };

/** Everything that can be lost: dropout, moving averages, slots, metrics, validation, a schedule. */
const training = trainingSchema.parse({
  batchSize: 16,
  optimiser: { kind: 'adam', learningRate: 0.01 },
  schedule: { kind: 'cosineDecay', decaySteps: 300 },
  metrics: ['accuracy'],
  validationSplit: 0.2,
  epochs: 30,
});

/** Both styles, one after the other in one process. */
function script(
  folder: string,
  randomness: Randomness,
  engine: TfjsMode,
  epochs = training.epochs,
): Script {
  const isGlobal = randomness.regime === 'global';
  return {
    ...scriptOf(folder, 'sequential', randomness, { engine }),
    actions: [
      ...(isGlobal ? [{ do: 'seed' } as const] : []),
      { do: 'build', model: 'a' },
      { do: 'build', model: 'b' },
      { do: 'fit', model: 'a' },
      { do: 'fit', model: 'b' },
    ],
    models: {
      a: { runId: 'a', folder: join(folder, 'a'), architecture: styles.a },
      b: { runId: 'b', folder: join(folder, 'b'), architecture: styles.b },
    },
    training: { ...training, epochs },
    recording: { hashEverySteps: 10, hashesFrom: 1, snapshotEvery: { steps: 7 } },
  };
}

/** Only under the global regime. */
const DRAWN = 'dropout-seeds.i32';

function recorded(folder: string): string[] {
  return ['a', 'b'].flatMap((model) =>
    [...evidenceFiles, ...(readRun(join(folder, model)).dropoutSeeds === null ? [] : [DRAWN])].map(
      (file) => readFileSync(join(folder, model, file)).toString('base64'),
    ),
  );
}

/** Runs until it has sent `frames` frames of losses, then kills it; true if it finished first. */
async function runAndKill(own: Script, how: 'start' | 'resume', frames: number): Promise<boolean> {
  let shown = 0;
  const running = startScript(
    own,
    trainer,
    (event) => {
      if (event.type === 'losses' && ++shown === frames) running.kill();
    },
    how,
  );
  try {
    await running.done;
    return true;
  } catch (error) {
    expect((error as AppError).code).toBe('trainer-died');
    return false;
  }
}

test.each<[Randomness, TfjsMode]>([
  [{ regime: 'controlled', seed: '42' }, 'eager'],
  [{ regime: 'controlled', seed: '42' }, 'graph'],
  [{ regime: 'global', seed: '42', initialiserSeeds: 'none' }, 'eager'],
])(
  'a script killed and resumed again and again records the same as without (%o, %s)',
  async (randomness, engine) => {
    const epochs = engine === 'eager' ? training.epochs : 300;
    const [whole, broken] = [tempFolder(), tempFolder()];
    await startScript(script(whole, randomness, engine, epochs), trainer, () => {}).done;

    const own = script(broken, randomness, engine, epochs);
    let kills = 0;
    let isOver = await runAndKill(own, 'start', 1 + Math.floor(Math.random() * 15));
    while (!isOver) {
      kills++;
      // Later attempts go further, so that it ends.
      isOver = await runAndKill(own, 'resume', 8 * kills + Math.floor(Math.random() * 15));
    }
    expect(kills).toBeGreaterThan(0);
    expect(recorded(broken)).toEqual(recorded(whole));
    const { outcome, dropoutSeeds } = readRun(join(broken, 'b'));
    expect(dropoutSeeds?.length).toBe(randomness.regime === 'global' ? 2 * epochs * 8 : undefined);
    expect(outcome).toMatchObject({ status: 'finished', steps: epochs * 8 });
  },
);

test('a run pauses at an exact step, goes on, stops at an exact step and is resumed', async () => {
  const randomness = { regime: 'controlled', seed: '1' } as const;
  const [whole, stopped] = [tempFolder(), tempFolder()];
  await startScript(script(whole, randomness, 'graph'), trainer, () => {}).done;

  const own = script(stopped, randomness, 'graph');
  const seen: [string, number][] = [];
  const running = startScript(own, trainer, (event) => {
    if (event.type === 'ready') running.pause(13);
    if (event.type !== 'paused' && event.type !== 'continued') return;
    seen.push([event.type, event.step]);
    if (event.type === 'paused') {
      running.stop(50);
      running.goOn();
    }
  });
  await running.done;
  expect(seen).toEqual([
    ['paused', 13],
    ['continued', 13],
  ]);
  expect(readRun(join(stopped, 'a')).outcome).toMatchObject({ status: 'stopped', steps: 50 });

  await startScript(own, trainer, () => {}, 'resume').done;
  expect(recorded(stopped)).toEqual(recorded(whole));
  expect(readRun(join(stopped, 'a')).outcome).toMatchObject({
    status: 'finished',
    resumedAfter: [50],
  });
});

test('a run is not resumed with another engine', async () => {
  const folder = tempFolder();
  const own = script(folder, { regime: 'controlled', seed: '1' }, 'graph');
  const running = startScript(own, trainer, (event) => {
    if (event.type === 'ready') running.stop(20);
  });
  await running.done;
  const other: Script = { ...own, engine: { asked: 'eager', mode: 'eager' } };
  await expect(startScript(other, trainer, () => {}, 'resume').done).rejects.toMatchObject({
    code: 'bad-run-folder',
    message: expect.stringContaining('was recorded with engine graph'),
  });
});
