import * as tf from '@tensorflow/tfjs-node-gpu';
import type { EngineMode } from '../../../shared/training/engineModes';
import { trainingSchema } from '../../../shared/training/trainingConfig';
import type { TrainingData } from '../engine/engine';
import { makeEngine } from '../engine/makeEngine';
import { buildLayer } from '../models/buildLayer';
import { DropoutSeeds } from '../models/dropoutSeeds';
import { initialisersFor } from '../models/initialiserSeeds';
import { makeModel } from '../models/makeModel';
import type { Subject } from './engines';
import { someData, type Net } from './nets';

const randomness = { regime: 'global', seed: 'bench', initialiserSeeds: 'explicit' } as const;

/** Trains so many steps; resolves when they are done. */
export type Round = (steps: number) => Promise<void>;

/** `layers` is `model.fit` as the library ships it; the others are our engines on the same net. */
export function makeSubject(subject: Subject, net: Net): Round {
  const data = someData(net);
  return subject === 'layers' ? layersFit(net, data) : ownEngine(subject, net, data);
}

function ownEngine(mode: EngineMode, { architecture, batchSize }: Net, data: TrainingData): Round {
  const engine = makeEngine(
    mode,
    makeModel(architecture, randomness),
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
  const sources = {
    initialiserFor: initialisersFor(randomness),
    dropoutSeeds: new DropoutSeeds([]),
  };
  architecture.layers.forEach((spec, index) =>
    model.add(buildLayer(spec, sources, index === 0 ? architecture.inputShape : undefined)),
  );
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
