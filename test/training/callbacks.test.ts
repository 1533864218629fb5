import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import { readCallbacks, readEpochs, readRun } from '../../electron/runs/readRun';
import { startScript } from '../../electron/training/trainerHost';
import { architectureSchema } from '../../shared/architecture/architecture';
import type { TfjsMode } from '../../shared/engines/tfjs';
import { decodeSafetensors } from '../../shared/runs/safetensors';
import type { Script } from '../../shared/training/script';
import { trainingSchema, type Randomness } from '../../shared/training/trainingConfig';
import type { TrainerEvent } from '../../shared/training/wire';
import { evidenceFiles } from '../helpers/evidenceFiles';
import { distFolder } from '../helpers/lab';
import { scriptOf } from '../helpers/script';
import { tempFolder } from '../helpers/tempFolder';

const spawn = nodeTrainer(`${distFolder}/electron/trainer.cjs`);
const controlled = { regime: 'controlled', seed: '7' } as const;
const global = { regime: 'global', seed: '7', initialiserSeeds: 'none' } as const;

const architecture = architectureSchema.parse({
  style: 'sequential',
  inputShape: [4],
  layers: [
    { id: 'hidden', kind: 'dense', units: 8, activation: 'relu' },
    { id: 'drop', kind: 'dropout', rate: 0.1 },
    { id: 'norm', kind: 'batchNormalization' },
    { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
  ],
});

const callbacks = {
  earlyStopping: { monitor: { value: 'accuracy' }, patience: 12 },
  reduceOnPlateau: { patience: 2, cooldown: 1, factor: 0.5 },
  keepBest: {},
  stopOnNaN: true,
};

function script(folder: string, randomness: Randomness, engine: TfjsMode, own: object): Script {
  return {
    ...scriptOf(folder, 'sequential', randomness, { engine }),
    models: { a: { runId: 'a', folder, architecture } },
    training: trainingSchema.parse({
      epochs: 80,
      batchSize: 16,
      metrics: ['accuracy'],
      validationSplit: 0.2,
      validationFrom: 'stratified',
      optimiser: { kind: 'adam', learningRate: 0.05 },
      callbacks,
      ...own,
    }),
    recording: { hashEverySteps: 10, hashesFrom: 1, snapshotEvery: { steps: 7 } },
  };
}

async function trained(own: Script, how: 'start' | 'resume' = 'start'): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  await startScript(own, spawn, (event) => events.push(event), how).done;
  return events;
}

const files = [...evidenceFiles, 'callbacks.jsonl', 'best-weights.safetensors'];
const bytesOf = (folder: string) =>
  files.map((file) => readFileSync(join(folder, file)).toString('base64'));
const weightsOf = (folder: string, file: string) =>
  new Map(
    decodeSafetensors(new Uint8Array(readFileSync(join(folder, file)))).map(({ name, values }) => [
      name,
      [...values],
    ]),
  );

test.each<[Randomness, TfjsMode]>([
  [controlled, 'graph'],
  [global, 'eager'],
])('callbacks act, are recorded, and act alike where a run is resumed: %o', async (how, mode) => {
  const folder = tempFolder();
  const whole = join(folder, 'whole');
  const events = await trained(script(whole, how, mode, {}));
  const did = readCallbacks(whole);
  expect(events.flatMap((own) => (own.type === 'callbacks-acted' ? own.records : []))).toEqual(did);
  expect(new Set(did.map((own) => own.did))).toEqual(
    new Set(['kept-best', 'reduced-rate', 'stopped-early', 'restored-best']),
  );
  const { outcome, losses } = readRun(whole);
  const stopped = did.find((own) => own.did === 'stopped-early');
  expect(outcome).toMatchObject({ status: 'finished', steps: stopped?.step });
  expect(losses.length).toBeLessThan(80 * 8);
  expect(readEpochs(whole)).toHaveLength(stopped?.epoch ?? 0);

  // The weights of those epochs, as the same run has them when it is only observed.
  const keptAt = did.filter((own) => own.did === 'kept-best').at(-1)?.step ?? 0;
  const restoredAt = 8 * (stopped?.did === 'stopped-early' ? stopped.bestEpoch : 0);
  const again = join(folder, 'again');
  const until = {
    model: 'a' as const,
    step: Math.max(keptAt, restoredAt),
    keepsWeightsAt: [keptAt, restoredAt],
  };
  await trained({ ...script(again, how, mode, {}), until });
  expect(weightsOf(whole, 'best-weights.safetensors')).toEqual(
    weightsOf(again, `weights-after-${keptAt}.safetensors`),
  );
  expect(weightsOf(whole, 'final-weights.safetensors')).toEqual(
    weightsOf(again, `weights-after-${restoredAt}.safetensors`),
  );

  for (const step of [8, (stopped?.step ?? 0) - 1]) {
    const part = join(folder, `part-${step}`);
    const own = script(part, how, mode, {});
    await trained({ ...own, until: { model: 'a', step } });
    expect(readRun(part).losses).toHaveLength(step);
    await trained(own, 'resume');
    expect(bytesOf(part)).toEqual(bytesOf(whole));
  }
});

test.each<[Randomness, TfjsMode]>([
  [controlled, 'graph'],
  [global, 'eager'],
])('a loss that is not finite ends the run at its step: %o, %s', async (randomness, mode) => {
  const folder = tempFolder();
  const settings = {
    optimiser: { kind: 'sgd', learningRate: 20 },
    loss: 'meanSquaredError',
    callbacks: {},
  };
  const linear = architectureSchema.parse({
    style: 'sequential',
    inputShape: [4],
    layers: [
      { id: 'drop', kind: 'dropout', rate: 0.1 },
      { id: 'output', kind: 'dense', units: 3, activation: 'linear' },
    ],
  });
  const of = (place: string, own: object) => ({
    ...script(join(folder, place), randomness, mode, { ...settings, ...own }),
    models: { a: { runId: 'a', folder: join(folder, place), architecture: linear } },
    recording: { hashEverySteps: 1_000, hashesFrom: 1, snapshotEvery: { steps: 1_000 } },
  });
  await trained(of('without', {}));
  const { losses } = readRun(join(folder, 'without'));
  const bad = losses.findIndex((loss) => !Number.isFinite(loss)) + 1;
  // Within a native call of many steps.
  expect(bad).toBeGreaterThan(10);

  await trained(of('with', { callbacks: { stopOnNaN: true } }));
  const stopped = readRun(join(folder, 'with'));
  expect(stopped.outcome).toMatchObject({ status: 'finished', steps: bad });
  expect([...stopped.losses]).toEqual([...losses.slice(0, bad)]);
  // The last weights are those after that step, bit for bit, and nothing of a later one is recorded.
  const until = { model: 'a' as const, step: bad, keepsWeightsAt: [bad] };
  await trained({ ...of('until', {}), until });
  const after = weightsOf(join(folder, 'until'), `weights-after-${bad}.safetensors`);
  expect(weightsOf(join(folder, 'with'), 'final-weights.safetensors')).toEqual(after);
  const { weightHashes } = readRun(join(folder, 'without'));
  expect(stopped.weightHashes).toEqual(weightHashes.filter(({ step }) => step <= bad));
  const [record] = readCallbacks(join(folder, 'with'));
  expect(record).toMatchObject({ did: 'stopped-on-nan', step: bad });
  expect(record?.did === 'stopped-on-nan' && record.tensor).toMatch(/^(output of|weight output\/)/);
});
