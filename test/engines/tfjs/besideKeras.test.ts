import { expect, test } from 'vitest';
import { casesOfRun } from '../../../build/fullTests.mjs';
import { stepFeeds } from '../../../electron/engines/tfjs/stepFeeds';
import { definitionOf, drawsNumbers } from '../../../shared/architecture/layerCatalog';
import {
  architectureSchema,
  asSubclass,
  layersOf,
  type Architecture,
} from '../../../shared/architecture/architecture';
import { severalInputs } from '../../../shared/architecture/inputs';
import { pythonSource } from '../../../shared/source/pythonSource';
import { pythonTraining } from '../../../shared/source/pythonTraining';
import type { TfjsMode } from '../../../shared/engines/tfjs';
import { trainingSchema, type TrainingConfig } from '../../../shared/training/trainingConfig';
import { trainedByKeras, type KerasTraining } from '../../helpers/keras/realKeras';
import { residualMasks } from '../../helpers/maskedNetworks';
import { exampleOf, examples, variants } from '../../helpers/layerExamples';
import { batchesHere, engineHere, someRows } from '../../helpers/trainHere';

const STEPS = 30;
const BATCH = 8;

const output = { id: 'output', kind: 'dense', units: 3, activation: 'softmax' };
const network = (inputShape: number[], ...layers: object[]) =>
  architectureSchema.parse({ style: 'sequential', inputShape, layers: [...layers, output] });
const convolution = {
  id: 'conv',
  kind: 'conv2d',
  filters: 4,
  kernelSize: [3, 3],
  activation: 'relu',
};

interface Net {
  readonly architecture: Architecture;
  /** Batch statistics amplify rounding. */
  readonly tolerance: number;
  readonly fromLogits?: true;
}
const nets: Readonly<Record<string, Net>> = {
  mlp: {
    architecture: network(
      [10],
      { id: 'hidden1', kind: 'dense', units: 16, activation: 'relu' },
      { id: 'hidden2', kind: 'dense', units: 8, activation: 'tanh' },
    ),
    tolerance: 2e-6,
  },
  cnn: {
    architecture: network(
      [8, 8, 2],
      convolution,
      { id: 'pool', kind: 'maxPooling2d' },
      { id: 'flat', kind: 'flatten' },
    ),
    tolerance: 2e-6,
  },
  'cnn with batch normalisation': {
    architecture: network(
      [8, 8, 2],
      // A bias that the batch mean removes has no gradient, and Adam amplifies its rounding.
      { ...convolution, activation: 'linear', useBias: false },
      { id: 'norm', kind: 'batchNormalization' },
      { id: 'relu', kind: 'activation' },
      { id: 'flat', kind: 'flatten' },
    ),
    tolerance: 5e-6,
  },
  'mlp with logits': {
    architecture: architectureSchema.parse({
      style: 'sequential',
      inputShape: [10],
      layers: [
        { id: 'hidden', kind: 'dense', units: 16, activation: 'relu' },
        { ...output, activation: 'linear' },
      ],
    }),
    fromLogits: true,
    tolerance: 2e-6,
  },
  lstm: { architecture: network([6, 4], { id: 'lstm', kind: 'lstm', units: 8 }), tolerance: 2e-6 },
  'gru, reset after': {
    architecture: network([6, 4], { id: 'gru', kind: 'gru', units: 8, resetAfter: true }),
    tolerance: 2e-6,
  },
  embedding: {
    architecture: network(
      [7],
      { id: 'table', kind: 'embedding', inputDim: 20, outputDim: 8 },
      { id: 'mean', kind: 'globalAveragePooling1d' },
      { id: 'hidden', kind: 'dense', units: 8, activation: 'relu' },
    ),
    tolerance: 2e-6,
  },
};

/** Regularisers and constraints, with batch normalisation in the first. */
const optimisers = [
  { kind: 'sgd' },
  { kind: 'momentum' },
  { kind: 'momentum', useNesterov: true },
  { kind: 'momentum', formula: 'tfjs' },
  { kind: 'momentum', formula: 'tfjs', useNesterov: true },
  { kind: 'adam' },
  // A large epsilon shows where it is added.
  { kind: 'adam', epsilon: 1e-3, learningRate: 0.01 },
  { kind: 'adam', epsilon: 1e-3, learningRate: 0.01, formula: 'tfjs' },
  { kind: 'rmsprop' },
  { kind: 'rmsprop', momentum: 0.5 },
  { kind: 'adagrad' },
  { kind: 'adamw', weightDecay: 0.05, learningRate: 0.01 },
  { kind: 'nadam' },
  { kind: 'adamax', learningRate: 0.005 },
  { kind: 'momentum', clip: 'norm', clipAt: 0.1 },
  { kind: 'sgd', learningRate: 0.1, clip: 'globalNorm', clipAt: 0.2, weightDecay: 0.1 },
  { kind: 'rmsprop', clip: 'value', clipAt: 0.01 },
];
const schedules = [
  { kind: 'constant' },
  { kind: 'exponentialDecay', decaySteps: 7, decayRate: 0.6 },
  { kind: 'exponentialDecay', decaySteps: 10, decayRate: 0.5, staircase: true },
  { kind: 'cosineDecay', decaySteps: 20, alpha: 0.1 },
  { kind: 'cosineDecay', decaySteps: 20, warmupSteps: 5 },
];

interface Case {
  readonly name: string;
  readonly net: Net;
  readonly training: TrainingConfig;
  readonly engine: TfjsMode;
  readonly isDaily: boolean;
}
/**
 * Every network with every optimiser, the schedules in turn: so every optimiser and every network
 * meets every schedule too. The whole product takes a quarter of an hour and finds no more.
 * A third of the pairs is daily.
 */
const pairs: readonly Case[] = Object.entries(nets).flatMap(([name, net], row) =>
  optimisers.map((optimiser, column): Case => {
    const schedule = schedules[(row + column) % schedules.length];
    return {
      name: `${name}, ${JSON.stringify(optimiser)}, ${JSON.stringify(schedule)}`,
      net,
      training: trainingSchema.parse({ optimiser, schedule, fromLogits: net.fromLogits }),
      engine: 'eager',
      isDaily: (row + column) % 3 === 0,
    };
  }),
);
/** Every kind of layer by itself; the mask of dropout is not the same. */
const kinds = (Object.keys(examples) as (keyof typeof examples)[])
  .filter((kind) => definitionOf(kind).draws !== true)
  .map((kind, at): Case => {
    const { sequential, subclass, ...rows } = exampleOf(kind);
    // In the styles in turn: Keras builds a layer otherwise in each.
    const architecture = at % 2 === 0 ? sequential : subclass;
    return {
      name: kind,
      net: { architecture, ...rows, tolerance: kind === 'batchNormalization' ? 5e-6 : 2e-6 },
      training: trainingSchema.parse({ optimiser: { kind: 'sgd', learningRate: 0.05 } }),
      engine: 'eager',
      isDaily: true,
    };
  });
/** Forms that are built differently, in the two engines in turn. */
const special = Object.entries({
  ...variants,
  'masks that attention leaves': residualMasks,
  'masks that attention takes away': asSubclass(residualMasks),
})
  .filter(([, own]) => !layersOf(own).some(drawsNumbers))
  .map(([name, architecture], at): Case => {
    const hasStatistics = layersOf(architecture).some(({ kind }) => kind === 'batchNormalization');
    return {
      name,
      net: { architecture, tolerance: hasStatistics ? 5e-6 : 2e-6 },
      training: trainingSchema.parse({ optimiser: { kind: 'sgd', learningRate: 0.05 } }),
      engine: at % 2 === 0 ? 'eager' : 'graph',
      isDaily: true,
    };
  });
const cases = casesOfRun([...pairs, ...kinds, ...special], ({ isDaily }) => isDaily);

/** Losses here, and what Keras needs to train the same. */
function trainedHere({ net, training, engine: mode }: Case) {
  const { architecture } = net;
  const engine = engineHere(architecture, { engine: mode, training });
  try {
    const weights = engine.readWeights().map(({ layer, role, values }) => ({
      layer,
      role,
      values: [...values],
    }));
    const batches = batchesHere(STEPS, BATCH);
    const feedOf = stepFeeds({ regime: 'controlled', seed: '7' }, training, []);
    const losses = engine.run(batches.map((rows, step) => feedOf(step + 1, rows)));
    const trained = engine.readWeights().map(({ values }) => [...values]);
    const { inputs, targets, inputShape } = someRows(architecture);
    const keras: KerasTraining = {
      source: `${pythonSource(architecture)}\n${pythonTraining(training)}`,
      inputShape,
      inputShapes: severalInputs(architecture)?.map(({ shape }) => shape) ?? null,
      weights,
      inputs: [...inputs],
      targets: [...targets],
      batches: batches.map((rows) => [...rows]),
    };
    return { losses, trained, keras };
  } finally {
    engine.dispose();
  }
}

test('networks of every kind with every optimiser and schedule have the losses and the final weights of real Keras', async () => {
  const here = cases.map((own) => ({ ...own, ...trainedHere(own) }));
  const there = await trainedByKeras(here.map(({ keras }) => keras));
  const far = here.flatMap(({ name, losses, net }, index) => {
    const answer = there[index];
    if (answer === undefined || 'error' in answer) return [`${name}: ${answer?.error}`];
    const most = Math.max(
      ...answer.losses.map((loss, step) => Math.abs(loss - (losses[step] ?? NaN)) / Math.abs(loss)),
    );
    return most <= net.tolerance ? [] : [`${name}: ${most}`];
  });
  expect(far).toEqual([]);
  // Moving statistics enter no training loss, but every validation.
  const moved = here.flatMap(({ name, trained, keras }, index) => {
    const answer = there[index];
    if (answer === undefined || 'error' in answer) return [];
    return keras.weights.flatMap(({ layer, role }, at) => {
      const [own, theirs] = [trained[at] ?? [], answer.weights[at] ?? []];
      const most = Math.max(...theirs.map((value, place) => Math.abs(value - (own[place] ?? NaN))));
      return most <= 2e-5 ? [] : [`${name}: ${layer}/${role} ${most}`];
    });
  });
  expect(moved).toEqual([]);
  // They do train: a constant loss would agree trivially.
  expect(here.every(({ losses }) => losses[0] !== losses[STEPS - 1])).toBe(true);
});
