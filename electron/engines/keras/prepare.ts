import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { Architecture } from '../../../shared/architecture/architecture';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import {
  initialValues,
  isRandom,
  type InitialiserKind,
} from '../../../shared/architecture/initialisers';
import { definitionOf } from '../../../shared/architecture/layerCatalog';
import { severalInputs } from '../../../shared/architecture/inputs';
import { partOf, roleInPart } from '../../../shared/architecture/layers/parts';
import { roleOfInitialiser } from '../../../shared/architecture/initialiserSeed';
import type { KerasBackend } from '../../../shared/engines/keras';
import { permutation } from '../../../shared/random/distributions';
import { streamLabel } from '../../../shared/random/streamLabel';
import { numericSeed, streamFor } from '../../../shared/random/streams';
import { weightStream } from '../../../shared/random/weightStream';
import { pythonSource } from '../../../shared/source/pythonSource';
import { pythonTraining } from '../../../shared/source/pythonTraining';
import type { Script } from '../../../shared/training/script';
import { totalSteps, type Randomness } from '../../../shared/training/trainingConfig';
import { npyBytes } from '../../data/npyBytes';
import { readGivenWeights } from '../../runs/givenWeights';
import { bytesOfValues } from '../../runs/hashOfValues';
import { writeWhole } from '../../files/writeFile';
import { mapsOf } from '../../training/augmentedRows';
import { metrics } from '../../../shared/training/metricTable';
import { manifestOf, modelOf } from '../../training/manifest';
import { assertTrainable, datasetOf, outputsOf, trainingDataOf } from '../../training/trainingData';

/**
 * A folder with all that a script's Python process needs: the data as trained on, the source of
 * each model, and what to record. Under the controlled regime also the weights and the
 * order of every epoch, so that every engine starts from the same bits and sees the same batches.
 * @returns the folder, which the caller removes
 * @throws {AppError} bad-data, bad-project, file-not-found
 */
export async function prepare(script: Script, backend: KerasBackend): Promise<string> {
  const dataset = await datasetOf(script);
  const { training, randomness } = script;
  const data = trainingDataOf(dataset, training, outputsOf(script));
  const given = script.initialWeights === null ? null : readGivenWeights(script.initialWeights);
  const folder = mkdtempSync(join(os.tmpdir(), 'twintrain-keras-'));
  const all = data.rows + data.validationRows;
  const steps = totalSteps(training, dataset);
  const runs = (['a', 'b'] as const).flatMap((model) => {
    if (script.models[model] === undefined) return [];
    const { runId, folder: runFolder, architecture } = modelOf(script, model);
    assertTrainable(architecture, dataset);
    const network = pythonSource(architecture, seedsOf(randomness));
    writeFileSync(join(folder, `${model}.py`), `${network}\n${pythonTraining(training)}`);
    const weights = forwardPlan(architecture).calls.flatMap(({ spec, weights: own }) =>
      own.map(({ role, shape }) => {
        const { parts = [] } = definitionOf(spec.kind);
        const path = partOf(parts, role)?.path ?? '';
        return { layer: spec.id, role, shape, inPart: roleInPart(parts, role), path };
      }),
    );
    const values = given?.weights ?? drawnWeights(architecture, randomness);
    if (values !== null) {
      const byName = new Map(values.map((own) => [`${own.layer}/${own.role}`, own.values]));
      const bytes = weights.map(({ layer, role }) =>
        bytesOfValues(byName.get(`${layer}/${role}`) ?? new Float32Array()),
      );
      writeFileSync(join(folder, `${model}.weights.f32`), Buffer.concat(bytes));
    }
    const manifest = manifestOf(script, model, dataset, given, undefined);
    return [
      [
        model,
        {
          model,
          id: runId,
          folder: runFolder,
          inputShape: architecture.inputShape,
          inputs: severalInputs(architecture)?.map(({ shape }) => shape) ?? null,
          rows: data.rows,
          totalSteps: steps,
          stepsPerEpoch: Math.ceil(data.rows / training.batchSize),
          metrics: Object.fromEntries([
            ['loss', 'loss'],
            ...training.metrics.map((name) => [name, metrics[name].log]),
          ]),
          weights,
          hasWeights: values !== null,
          // Under the controlled regime Keras' dropout masks come from a generator of its own.
          manifest: {
            ...manifest,
            dropout: randomness.regime === 'global' ? manifest.dropout : [],
          },
        },
      ] as const,
    ];
  });
  writeFileSync(
    join(folder, 'inputs.npy'),
    npyBytes('<f4', [all, data.inputs.length / all], data.inputs),
  );
  const isSparse = training.loss === 'sparseCategoricalCrossentropy';
  writeFileSync(
    join(folder, 'targets.npy'),
    isSparse
      ? npyBytes('<i4', [all, 1], dataset.labels)
      : npyBytes('<f4', [all, data.targetSize], data.targets),
  );
  if (data.rowWeights !== null) {
    writeFileSync(join(folder, 'weights.npy'), npyBytes('<f4', [all], data.rowWeights));
  }
  const orders = ordersOf(randomness, training.epochs, data.rows);
  if (orders !== null) writeFileSync(join(folder, 'orders.u32'), orders.bytes);
  const { augmentation } = training;
  if (augmentation !== null) {
    const { inputShape } = modelOf(script, script.models.a === undefined ? 'b' : 'a').architecture;
    for (let epoch = 1; epoch <= training.epochs; epoch++) {
      const maps = mapsOf(augmentation, inputShape, data.rows, randomness.seed, epoch);
      const bytes = bytesOfValues(Float64Array.from(maps.flat()));
      writeFileSync(join(folder, 'maps.f64'), bytes, { flag: 'a' });
    }
  }
  const prepared = {
    backend,
    seed: seedOf(randomness),
    // Keras' class weights are of training only.
    weighsValidation: dataset.rowWeights !== null,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    streams: orders?.streams ?? null,
    runs: Object.fromEntries(runs),
  };
  writeWhole(join(folder, 'prepared.json'), JSON.stringify(prepared));
  return folder;
}

/** The run's seed as Keras takes one: unchanged if it is a number, otherwise derived from the text. */
function seedOf({ seed }: Randomness): number {
  const isNumber = /^\d{1,9}$/.test(seed);
  return isNumber ? Number(seed) : numericSeed(seed, { purpose: 'split' });
}

/** Under protocols with explicit seeds every random weight has its own, the same in both styles. */
function seedsOf(randomness: Randomness) {
  return (layer: string, field: string, initialiser: unknown): number | null => {
    if (randomness.regime !== 'global' || randomness.initialiserSeeds === 'none') return null;
    if (!isRandom(initialiser as InitialiserKind)) return null;
    const tensor = roleOfInitialiser(field);
    return numericSeed(randomness.seed, { purpose: 'initialiser', layer, tensor });
  };
}

/** Under the controlled regime each weight, drawn from its own stream as in every engine; else null. */
function drawnWeights(architecture: Architecture, { regime, seed: runSeed }: Randomness) {
  if (regime !== 'controlled') return null;
  return forwardPlan(architecture).calls.flatMap(({ spec, weights }) =>
    weights.map(({ role, shape, initialiser, seed }) => {
      const draw = weightStream(runSeed, spec.id, role, seed);
      return { layer: spec.id, role, values: initialValues(initialiser, shape, draw) };
    }),
  );
}

/** uint32 [epochs, rows]; null where the engine draws its orders itself. */
function ordersOf({ regime, seed }: Randomness, epochs: number, rows: number) {
  if (regime !== 'controlled') return null;
  const names = Array.from({ length: epochs }, (_, index) => ({
    purpose: 'shuffle' as const,
    epoch: index + 1,
  }));
  const orders = names.map((name) => bytesOfValues(permutation(streamFor(seed, name), rows)));
  return { bytes: Buffer.concat(orders), streams: names.map(streamLabel) };
}
