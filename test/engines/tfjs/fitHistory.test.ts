import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-node-gpu';
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { loadDataset } from '../../../electron/data/loadDataset';
import { runScript } from '../../../electron/engines/tfjs/session';
import { epochRecordSchema } from '../../../shared/runs/run';
import type { TfjsMode } from '../../../shared/engines/tfjs';
import { trainingSchema } from '../../../shared/training/trainingConfig';
import { quietPorts } from '../../helpers/quietPorts';
import { scriptOf } from '../../helpers/script';
import { tempFolder } from '../../helpers/tempFolder';

const training = trainingSchema.parse({
  batchSize: 16,
  epochs: 3,
  metrics: ['accuracy', 'meanAbsoluteError'],
  validationSplit: 0.25,
  optimiser: { kind: 'adam', formula: 'tfjs' },
});

async function epochs(engine: TfjsMode) {
  const folder = join(tempFolder(), 'run');
  const randomness = { regime: 'global', seed: 'fit', initialiserSeeds: 'none' } as const;
  const script = scriptOf(folder, 'sequential', randomness, { engine });
  await runScript({ ...script, training }, 'start', quietPorts());
  const lines = readFileSync(join(folder, 'epochs.jsonl'), 'utf8').trim().split('\n');
  return {
    script,
    records: lines.map((line) => epochRecordSchema.parse(JSON.parse(line))),
  };
}

test('metrics and validation are those that tf.Sequential.fit reports', async () => {
  const { script, records } = await epochs('eager');
  const { inputs, labels, rows, features } = await loadDataset(script.data, script.datasetsFolder);

  seedrandom('fit', { global: true });
  const model = tf.sequential();
  const kernelInitializer = 'heNormal';
  model.add(
    tf.layers.dense({ inputShape: [features], units: 8, activation: 'relu', kernelInitializer }),
  );
  model.add(tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer }));
  model.compile({
    optimizer: tf.train.adam(0.001, 0.9, 0.999, 1e-7),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy', tf.metrics.meanAbsoluteError],
  });
  const x = tf.tensor2d(inputs, [rows, features]);
  const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 3).toFloat();
  const { history } = await model.fit(x, y, {
    ...training,
    callbacks: [],
    verbose: 0,
  });
  const ours = (pick: (record: (typeof records)[0]) => unknown) => records.map(pick);
  const close = (values: unknown[], theirs: unknown) =>
    values.forEach((value, index) =>
      expect(value).toBeCloseTo((theirs as number[])[index] as number, 6),
    );
  close(
    ours(({ training: own }) => own.loss),
    history.loss,
  );
  close(
    ours(({ training: own }) => own.accuracy),
    history.acc,
  );
  close(
    ours(({ training: own }) => own.meanAbsoluteError),
    history.meanAbsoluteError,
  );
  close(
    ours(({ validation: own }) => own?.loss),
    history.val_loss,
  );
  close(
    ours(({ validation: own }) => own?.accuracy),
    history.val_acc,
  );
  close(
    ours(({ validation: own }) => own?.meanAbsoluteError),
    history.val_meanAbsoluteError,
  );
});

test('the compiled engines report the same', async () => {
  const { records } = await epochs('eager');
  expect((await epochs('graph')).records).toEqual(records);
  (await epochs('xla')).records.forEach(({ training: own, validation }, index) => {
    expect(own.loss).toBeCloseTo(Number(records[index]?.training.loss), 5);
    expect(validation?.accuracy).toBeCloseTo(Number(records[index]?.validation?.accuracy), 5);
  });
});
