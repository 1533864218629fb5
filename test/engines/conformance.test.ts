import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { casesOfRun } from '../../build/fullTests.mjs';
import { KerasEngine } from '../../electron/engines/keras/kerasEngine';
import { prepare } from '../../electron/engines/keras/prepare';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import { trainersOf } from '../../electron/engines/trainers';
import { nodeGet } from '../../electron/lab/nodeGet';
import { hashOfValues } from '../../electron/runs/hashOfValues';
import { readEpochs, readRun } from '../../electron/runs/readRun';
import { startScript } from '../../electron/training/trainerHost';
import { architectureSchema, layersOf } from '../../shared/architecture/architecture';
import { withActivation } from '../../shared/architecture/fittedToData';
import { capabilitiesOf, engineModes, type EngineMode } from '../../shared/engines/engineCatalog';
import { table, type TableSource } from '../../shared/data/kinds/table';
import type { AppError } from '../../shared/lib/appError';
import { nextHashStep, recordingSchema } from '../../shared/training/recording';
import type { EpochRecord } from '../../shared/runs/run';
import type { Script } from '../../shared/training/script';
import { trainingSchema, type Randomness } from '../../shared/training/trainingConfig';
import type { TrainerEvent } from '../../shared/training/wire';
import { evidenceFiles } from '../helpers/evidenceFiles';
import { distFolder } from '../helpers/lab';
import { scriptOf } from '../helpers/script';
import { tempFolder } from '../helpers/tempFolder';

/**
 * What every engine must do. A new one is tested as soon as it is in the catalogue; all but the simplest
 * only by the full tests, since each of their processes takes seconds to start.
 */
const modes = casesOfRun<EngineMode>(engineModes, (mode) => mode === 'eager');

const keras = new KerasEngine(
  join(distFolder, '../electron/engines/keras'),
  process.env['TWINTRAIN_INDEX'] ?? 'https://pypi.org/simple',
  nodeGet,
  async (script, backend) => prepare(script, backend),
);
const spawn = trainersOf(nodeTrainer(join(distFolder, 'electron/trainer.cjs')), keras.spawn);
const global: Randomness = { regime: 'global', seed: '42', initialiserSeeds: 'none' };
const controlled: Randomness = { regime: 'controlled', seed: '42' };

async function script(mode: EngineMode, folder: string, randomness: Randomness, epochs = 3) {
  await keras.ready(mode, { signal: new AbortController().signal, onProgress: () => {} });
  const own = scriptOf(folder, 'subclass', randomness, { epochs });
  return {
    ...own,
    training: { ...own.training, metrics: ['accuracy'], validationSplit: 0.2 },
    recording: recordingSchema.parse({ hashEverySteps: 5, snapshotEvery: { steps: 7 } }),
    engine: { asked: mode, mode },
  } satisfies Script;
}

async function trained(own: Script, how: 'start' | 'resume' = 'start'): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  await startScript(own, spawn, (event) => events.push(event), how).done;
  return events;
}

const bytesOf = (folder: string) =>
  evidenceFiles.map((file) => readFileSync(join(folder, file)).toString('base64'));

/** Iris with a weight for each row, and groups of rows: 30 of 5. */
function weightedIris(folder: string): TableSource {
  const path = join(folder, 'iris.csv');
  const [header = '', ...lines] = readFileSync(join(distFolder, 'datasets/iris.csv'), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line, row) => `${line},${(row % 7) / 3},plant ${row % 30}`);
  writeFileSync(path, [`${header},weight,plant`, ...rows, ''].join('\n'));
  const roles = { species: 'target', weight: 'weight', plant: 'group' } as const;
  return table.schema.parse({
    kind: 'table',
    path,
    format: { type: 'csv' },
    columns: [...header.split(','), 'weight', 'plant'].map((name) => ({
      name,
      role: roles[name as 'species'] ?? 'number',
    })),
  });
}

const pictureNet = architectureSchema.parse({
  style: 'sequential',
  inputShape: [8, 8, 1],
  layers: [
    { id: 'conv', kind: 'conv2d', filters: 4, kernelSize: [3, 3], activation: 'relu' },
    { id: 'flat', kind: 'flatten' },
    { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
  ],
});

/** By setting: what every other engine is compared with. */
const interpreted = new Map<
  number,
  { readonly losses: Float32Array; readonly epochs: readonly EpochRecord[] }
>();

describe.each(modes)('%s', (mode) => {
  test('weights of classes and rows, sparse targets and every metric are those of the interpreter', async () => {
    const folder = tempFolder();
    const own = await script(mode, join(folder, 'own'), controlled);
    const weighted = weightedIris(folder);
    const settings = [
      // Weights of rows count in validation too, those of classes do not.
      { data: weighted, validationFrom: 'groups', metrics: ['accuracy'] },
      {
        classWeights: { setosa: 3, virginica: 0.25 },
        metrics: ['accuracy', 'precision', 'recall', 'f1', 'auc', 'binaryAccuracy'],
      },
      { classWeights: 'balanced', loss: 'sparseCategoricalCrossentropy' },
      { loss: 'huber', metrics: ['meanAbsoluteError'] },
      { loss: 'meanAbsoluteError', classWeights: 'balanced' },
      // From logits: on a softmax, Keras on TensorFlow would take its input instead.
      { loss: 'binaryCrossentropy', fromLogits: true, metrics: ['binaryAccuracy'] },
    ] as const;
    for (const [at, setting] of settings.entries()) {
      const { data = own.data, ...changed } = { data: undefined, ...setting };
      const training = trainingSchema.parse({ ...own.training, ...changed });
      const runs = [];
      for (const engine of ['eager', mode] as const) {
        const known = engine === 'eager' ? interpreted.get(at) : undefined;
        if (known !== undefined) {
          runs.push(known);
          continue;
        }
        const place = join(folder, `${engine}-${at}`);
        const model = own.models.a;
        if (model === undefined) throw new Error('The script has its model as a');
        const output = layersOf(model.architecture).at(-1)?.id ?? '';
        const architecture = training.fromLogits
          ? withActivation(model.architecture, output, 'linear')
          : model.architecture;
        await trained({
          ...own,
          data,
          training,
          models: { a: { ...model, architecture, folder: place } },
          engine: { asked: engine, mode: engine },
        });
        const recorded = { losses: readRun(place).losses, epochs: readEpochs(place) };
        if (engine === 'eager') interpreted.set(at, recorded);
        runs.push(recorded);
      }
      const [reference, other] = runs as [(typeof runs)[0], (typeof runs)[0]];
      expect(reference.losses.length).toBeGreaterThan(10);
      const off = [...reference.losses].map((loss, step) =>
        Math.abs((other.losses[step] ?? NaN) / loss - 1),
      );
      expect(Math.max(...off)).toBeLessThan(5e-6);
      for (const [epoch, record] of reference.epochs.entries()) {
        for (const part of ['training', 'validation'] as const) {
          for (const [name, value] of Object.entries(record[part] ?? {})) {
            expect([name, Number(other.epochs[epoch]?.[part]?.[name])]).toEqual([
              name,
              expect.closeTo(Number(value), 4),
            ]);
          }
        }
      }
    }
  });

  test('pictures change alike on every engine, and where a run goes on after a stop', async () => {
    const folder = tempFolder();
    const own = await script(mode, join(folder, 'own'), controlled);
    const digits = (engine: EngineMode, place: string, changed = true): Script => ({
      ...own,
      data: { kind: 'builtin', name: 'digits' },
      models: { a: { runId: 'sequential', folder: join(folder, place), architecture: pictureNet } },
      training: trainingSchema.parse({
        ...own.training,
        batchSize: 256,
        augmentation: changed ? { flip: 'both', shift: 0.2, rotate: 30 } : null,
      }),
      engine: { asked: engine, mode: engine },
    });
    await trained(digits('eager', 'eager'));
    await trained(digits(mode, 'whole'));
    const losses = (place: string) => [...readRun(join(folder, place)).losses];
    const off = losses('eager').map((loss, step) =>
      Math.abs((losses('whole')[step] ?? NaN) / loss - 1),
    );
    expect([off.length, Math.max(...off) < 5e-6]).toEqual([18, true]);
    // From the first step on: these are not the pictures as they are.
    await trained(digits('eager', 'plain', false));
    expect(Math.abs((losses('plain')[0] ?? 0) / (losses('eager')[0] ?? 1) - 1)).toBeGreaterThan(
      1e-4,
    );
    if (!capabilitiesOf(mode).isResumable) return;
    for (const step of [8, 12]) {
      const part = digits(mode, `part-${step}`);
      await trained({ ...part, until: { model: 'a', step } });
      expect(losses(`part-${step}`)).toHaveLength(step);
      await trained(part, 'resume');
      expect(bytesOf(join(folder, `part-${step}`))).toEqual(bytesOf(join(folder, 'whole')));
    }
  });

  test.each([global, controlled])(
    'a record is complete, consistent, as reported, and the same in another process: $regime',
    async (randomness) => {
      const folder = tempFolder();
      const [first, second] = [join(folder, 'first'), join(folder, 'second')];
      const events = await trained(await script(mode, first, randomness));
      const run = readRun(first);
      // 120 rows in batches of 16, three times.
      expect([run.outcome?.status, run.outcome?.steps, run.losses.length]).toEqual([
        'finished',
        24,
        24,
      ]);
      expect(run.manifest).toMatchObject({
        id: 'subclass',
        engine: { mode },
        ran: { engine: { name: mode } },
      });
      expect(run.initialWeights?.map(({ layer, role }) => `${layer}/${role}`)).toEqual(
        run.finalWeights?.map(({ layer, role }) => `${layer}/${role}`),
      );
      expect(run.losses.every((loss) => loss > 0)).toBe(true);
      expect(run.losses[23]).toBeLessThan(run.losses[0] as number);
      for (const { epoch, sha256, rows, firstStep } of run.orders) {
        const order = run.orderOf(epoch) as Uint32Array;
        expect([rows, firstStep, hashOfValues(order)]).toEqual([120, (epoch - 1) * 8 + 1, sha256]);
        expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()]);
      }
      expect(run.orders).toHaveLength(3);
      const schedule = [];
      const recording = run.manifest.recording;
      for (let at = nextHashStep(recording, 0); at <= 24; at = nextHashStep(recording, at))
        schedule.push(at);
      expect(run.weightHashes.map(({ step }) => step)).toEqual(schedule);
      expect(
        readEpochs(first).map(({ epoch, lastStep, training, validation }) => [
          epoch,
          lastStep,
          Object.keys(training),
          Object.keys(validation ?? {}),
        ]),
      ).toEqual(
        [1, 2, 3].map((epoch) => [epoch, epoch * 8, ['loss', 'accuracy'], ['loss', 'accuracy']]),
      );
      // What was reported is what is recorded.
      const told = events.flatMap((event) => (event.type === 'losses' ? [...event.losses] : []));
      expect(told).toEqual([...run.losses]);
      expect(events[0]?.type).toBe('ready');
      expect(events.at(-1)?.type).toBe('script-ended');
      expect(events.filter(({ type }) => type === 'epochs-ended').length).toBeGreaterThan(0);

      await trained(await script(mode, second, randomness));
      expect(bytesOf(second)).toEqual(bytesOf(first));
    },
    120_000,
  );

  test('it stops at a step, pauses at one, and continues', async () => {
    const folder = tempFolder();
    const own = await script(mode, join(folder, 'run'), global, 50);
    const seen: (readonly [string, number])[] = [];
    const running = startScript(own, spawn, (event) => {
      if (event.type === 'ready') {
        running.pause(13);
        running.stop(29);
      }
      if (event.type !== 'paused' && event.type !== 'continued') return;
      seen.push([event.type, event.step]);
      if (event.type === 'paused') running.goOn();
    });
    await running.done;
    const { outcome, losses } = readRun(join(folder, 'run'));
    expect([outcome?.status, outcome?.steps, losses.length]).toEqual(['stopped', 29, 29]);
    expect(seen[0]).toEqual(['paused', 13]);
    expect(seen[1]?.[0]).toBe('continued');
  });

  test('killed at any step its record can be read, and resumed it ends with the same bits', async () => {
    const folder = tempFolder();
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
    await trained(await script(mode, whole, global, 40));
    const own = await script(mode, broken, global, 40);
    const random = seedrandom(`kill ${mode}`);
    // What starts over does so each time.
    const kills = capabilitiesOf(mode).isResumable ? 2 : 1;
    for (let kill = 0; kill < kills; kill++) {
      const frames = 1 + Math.floor(random() * 3);
      let shown = 0;
      const running = startScript(own, spawn, (event) => {
        if (event.type === 'losses' && ++shown === frames) running.kill();
      });
      const failure = await running.done.then(
        () => null,
        (error: unknown) => error as AppError,
      );
      const run = readRun(broken);
      expect(run.initialWeights).not.toBeNull();
      if (failure === null) continue;
      expect([failure.code, run.outcome]).toEqual(['trainer-died', null]);
      expect(run.losses.length).toBeGreaterThan(0);
      expect(run.losses).toEqual(readRun(whole).losses.slice(0, run.losses.length));
    }
    // Where it cannot be resumed, it starts over.
    await trained(own, capabilitiesOf(mode).isResumable ? 'resume' : 'start');
    expect(bytesOf(broken)).toEqual(bytesOf(whole));
  });

  test('what it cannot train is refused with a message', async () => {
    const folder = tempFolder();
    const own = await script(mode, join(folder, 'run'), global);
    const csv = {
      kind: 'csv',
      path: join(folder, 'gone.csv'),
      label: 'x',
      standardise: true,
    } as const;
    await expect(startScript({ ...own, data: csv }, spawn, () => {}).done).rejects.toMatchObject({
      code: 'file-not-found',
    });
    const { architecture } = own.models.a ?? {};
    const models = {
      a: { ...own.models.a, architecture: { ...architecture, inputShape: [5] } },
    } as Script['models'];
    await expect(startScript({ ...own, models }, spawn, () => {}).done).rejects.toMatchObject({
      code: 'bad-project',
    });
    // Killed before it has started, it is gone all the same.
    const running = startScript(own, spawn, () => {});
    await setTimeout(1);
    running.kill();
    await expect(running.done).rejects.toMatchObject({ code: 'trainer-died' });
    rmSync(folder, { recursive: true, force: true });
  });
});
