import * as tf from '@tensorflow/tfjs-node-gpu';
import { articleNetwork, type DenseNetwork } from '../../../shared/protocols/articleNetwork';
import { streamFor } from '../../../shared/random/streams';
import { normal } from '../../../shared/random/distributions';
import { engineModes, type EngineMode } from '../../../shared/training/engineModes';
import { trainingSchema } from '../../../shared/training/trainingConfig';
import type { TrainingData } from '../engine/engine';
import { makeEngine } from '../engine/makeEngine';
import { initialisersFor } from '../models/initialiserSeeds';
import { sequentialModel } from '../models/sequentialModel';

export interface Net {
  readonly name: string;
  readonly architecture: DenseNetwork;
  readonly batchSize: number;
  /** Steps of one timed round. */
  readonly steps: number;
}

export const nets: readonly Net[] = [
  {
    name: '20-64-64-10 b32',
    architecture: articleNetwork(20, [64, 64], 10),
    batchSize: 32,
    steps: 1_024,
  },
  {
    name: '784-512-512-10 b128',
    architecture: articleNetwork(784, [512, 512], 10),
    batchSize: 128,
    steps: 64,
  },
];

export const subjects = ['layers', ...engineModes] as const;
export type Subject = (typeof subjects)[number];

/** Trains so many steps; resolves when they are done. */
export type Round = (steps: number) => Promise<void>;

/** `layers` is `model.fit` as the library ships it; the others are our engines on the same net. */
export function makeSubject(subject: Subject, net: Net): Round {
  const data = someData(net);
  return subject === 'layers' ? layersFit(net, data) : ownEngine(subject, net, data);
}

function ownEngine(mode: EngineMode, { architecture, batchSize }: Net, data: TrainingData): Round {
  const initialisers = initialisersFor({
    regime: 'global',
    seed: 'bench',
    initialiserSeeds: 'explicit',
  });
  const engine = makeEngine(
    mode,
    sequentialModel(architecture, initialisers),
    trainingSchema.parse({ batchSize }),
    () => performance.now(),
  );
  engine.build(data);
  const batchCount = data.rows / batchSize;
  let next = 0;
  return async (steps) => {
    for (let done = 0; done < steps;) {
      const count = Math.min(engine.stepsPerCall, steps - done);
      const batches = Array.from({ length: count }, () => {
        const first = (next++ % batchCount) * batchSize;
        const own = Int32Array.from({ length: batchSize }, (_, row) => first + row);
        return { rows: own, learningRate: 0.001, dropoutSeeds: new Int32Array() };
      });
      engine.run(batches);
      done += count;
    }
  };
}

function layersFit({ architecture, batchSize }: Net, data: TrainingData): Round {
  const model = tf.sequential();
  architecture.layers.forEach(({ units, activation }, index) => {
    const shape = index === 0 ? { inputShape: architecture.inputShape } : {};
    model.add(tf.layers.dense({ ...shape, units, activation, kernelInitializer: 'heNormal' }));
  });
  model.compile({ optimizer: tf.train.adam(), loss: 'categoricalCrossentropy' });
  const x = tf.tensor(data.inputs, [data.rows, ...data.inputShape]);
  const y = tf.tensor(data.targets, [data.rows, data.targetSize]);
  return async (steps) => {
    const rows = Math.min(data.rows, steps * batchSize);
    const epochs = Math.max(1, Math.round((steps * batchSize) / rows));
    await model.fit(x.slice(0, rows), y.slice(0, rows), {
      batchSize,
      epochs,
      verbose: 0,
      yieldEvery: 'never',
    });
  };
}

/** Rows enough for 16 batches, drawn from a stream of our own. */
function someData({ architecture, batchSize }: Net): TrainingData {
  const draw = streamFor('bench', { purpose: 'shuffle', epoch: 0 });
  const [rows, features] = [batchSize * 16, architecture.inputShape[0] ?? 1];
  const targetSize = architecture.layers.at(-1)?.units ?? 1;
  const targets = new Float32Array(rows * targetSize);
  for (let row = 0; row < rows; row++)
    targets[row * targetSize + Math.floor(draw() * targetSize)] = 1;
  return {
    rows,
    validationRows: 0,
    inputShape: architecture.inputShape,
    inputs: Float32Array.from({ length: rows * features }, () => normal(draw)),
    targetSize,
    targets,
  };
}
