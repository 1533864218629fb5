import * as tf from '@tensorflow/tfjs-node-gpu';
import seedrandom from 'seedrandom';
import { afterEach, expect, test } from 'vitest';
import { EagerEngine } from '../../../electron/engines/tfjs/engine/eagerEngine';
import { initialisersFor } from '../../../electron/engines/tfjs/models/initialiserSeeds';
import { sequentialModel } from '../../../electron/engines/tfjs/models/sequentialModel';
import { ArchitectureModel } from '../../../electron/engines/tfjs/models/subclassModel';
import { asSubclass } from '../../../shared/architecture/architecture';
import { articleNetwork } from '../../../shared/protocols/articleNetwork';
import { feeds } from '../../helpers/feeds';
import { trainingSchema } from '../../../shared/training/trainingConfig';

const originalRandom = Math.random;
afterEach(() => {
  Math.random = originalRandom;
});

const rows = 40;
const data = {
  rows,
  validationRows: 0,
  inputShape: [4],
  inputs: Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(i * 7.3)),
  targetSize: 3,
  changesInputs: false,
  rowWeights: null,
  // Row r is of class r modulo 3.
  targets: Float32Array.from({ length: rows * 3 }, (_, i) =>
    i % 3 === Math.floor(i / 3) % 3 ? 1 : 0,
  ),
};
// The formula that tf.Sequential.fit itself uses.
const training = trainingSchema.parse({
  optimiser: { kind: 'adam', formula: 'tfjs' },
  batchSize: 16,
  epochs: 3,
});
const architecture = articleNetwork(4, [8, 8], 3);
const seedless = initialisersFor({ regime: 'global', seed: 's', initialiserSeeds: 'none' });

/** The loop of `fit`, by hand: shuffle in place each epoch, slice into batches. */
function trainLikeFit(engine: EagerEngine): number[] {
  const order = Array.from({ length: rows }, (_, index) => index);
  const losses: number[] = [];
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    tf.util.shuffle(order);
    if (epoch === 0) engine.build(data);
    const batches = [];
    for (let at = 0; at < rows; at += 16) batches.push(Int32Array.from(order.slice(at, at + 16)));
    losses.push(...engine.run(feeds(batches)));
  }
  return losses;
}

test('a Sequential trains exactly as tf.Sequential.fit does from the same global seed', async () => {
  seedrandom('fit', { global: true });
  const engine = new EagerEngine(sequentialModel(architecture, seedless), training);
  const ours = trainLikeFit(engine);
  const ourWeights = engine.readWeights().map(({ values }) => [...values]);
  engine.dispose();

  seedrandom('fit', { global: true });
  const model = tf.sequential();
  for (const [index, { units, activation }] of architecture.layers.entries()) {
    const shape = index === 0 ? { inputShape: [4] } : {};
    model.add(tf.layers.dense({ ...shape, units, activation, kernelInitializer: 'heNormal' }));
  }
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const theirs: number[] = [];
  await model.fit(tf.tensor2d(data.inputs, [rows, 4]), tf.tensor2d(data.targets, [rows, 3]), {
    batchSize: 16,
    epochs: 3,
    verbose: 0,
    callbacks: { onBatchEnd: (_, logs) => void theirs.push(logs?.['loss'] as number) },
  });
  expect(ours).toEqual(theirs);
  expect(ourWeights).toEqual(model.getWeights().map((weight) => [...weight.dataSync()]));
});

test('a subclass draws its weights at its first step, a Sequential when it is made', () => {
  const draws: string[] = [];
  seedrandom('s', { global: true });
  const drawn = Math.random;
  Math.random = () => {
    draws.push('draw');
    return drawn();
  };
  sequentialModel(architecture, seedless).dispose();
  expect(draws).toHaveLength(3);
  draws.length = 0;
  const subclass = new ArchitectureModel(asSubclass(architecture), seedless);
  expect(draws).toHaveLength(0);
  subclass.ensureBuilt();
  expect(draws).toHaveLength(3);
  subclass.ensureBuilt();
  expect(draws).toHaveLength(3);
  subclass.dispose();
});

test('training leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  const engine = new EagerEngine(
    new ArchitectureModel(asSubclass(architecture), seedless),
    training,
  );
  trainLikeFit(engine);
  const during = tf.memory().numTensors;
  engine.run(feeds([Int32Array.of(0, 1, 2)]));
  expect(tf.memory().numTensors).toBe(during);
  engine.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('weights that were read can be written back', () => {
  const engine = new EagerEngine(sequentialModel(architecture, seedless), training);
  engine.build(data);
  const initial = engine.readWeights();
  const [first] = engine.run(feeds([Int32Array.of(0, 1, 2, 3)]));
  engine.writeWeights(initial);
  expect(engine.run(feeds([Int32Array.of(0, 1, 2, 3)]))).toEqual(Float32Array.of(first as number));
  engine.dispose();
});
