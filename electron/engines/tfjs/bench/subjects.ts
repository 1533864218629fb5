import type { TrainingData } from '../../../training/trainingData';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { TfjsMode } from '../../../../shared/engines/tfjs';
import { trainingSchema } from '../../../../shared/training/trainingConfig';
import type { RunManifest } from '../../../../shared/runs/run';
import { recordingSchema } from '../../../../shared/training/recording';
import type { Script } from '../../../../shared/training/script';
import type { StepFeed } from '../engine/engine';
import { Control } from '../control';
import { makeEngine } from '../engine/makeEngine';
import { buildLayer } from '../models/buildLayer';
import { DropoutSeeds } from '../models/dropoutSeeds';
import { initialisersFor } from '../models/initialiserSeeds';
import { makeModel } from '../models/makeModel';
import { batchesOf } from '../orders/batches';
import { controlledOrder } from '../orders/controlledOrder';
import type { Subject } from './engines';
import { fit } from '../fit';
import { Recorder } from '../../../runs/recorder';
import { someData, type Net } from './nets';

const randomness = { regime: 'global', seed: 'bench', initialiserSeeds: 'explicit' } as const;

/** Trains this many steps, or a few more to fill a call; resolves to the number trained. */
export type Round = (steps: number) => Promise<number>;

/** `layers` is `model.fit` as the library ships it; the others are our engines on the same net. */
export function makeSubject(subject: Subject, net: Net): Round {
  const data = someData(net);
  switch (subject) {
    case 'layers':
      return layersFit(net, data);
    case 'recorded':
      return recordedFit(net, data);
    default:
      return ownEngine(subject, net, data);
  }
}

function ownEngine(mode: TfjsMode, { architecture, batchSize }: Net, data: TrainingData): Round {
  const engine = makeEngine(
    mode,
    makeModel(architecture, randomness),
    trainingSchema.parse({ batchSize }),
    () => performance.now(),
  );
  engine.build(data);
  /** Batches by number of steps: drawn once, as for the peers; `recorded` draws its own for every epoch. */
  const drawn = new Map<number, StepFeed[]>();
  const feedsOf = (steps: number) => {
    const known = drawn.get(steps);
    if (known !== undefined) return known;
    const epochs = Math.ceil((steps * batchSize) / data.rows);
    const feeds = Array.from({ length: epochs }, (_, epoch) =>
      batchesOf(controlledOrder('bench', data.rows, epoch + 1).rows, batchSize),
    )
      .flat()
      .slice(0, steps)
      .map((rows) => ({ rows, rates: [0.001], dropoutSeeds: new Int32Array() }));
    drawn.set(steps, feeds);
    return feeds;
  };
  return async (steps) => {
    const feeds = feedsOf(steps);
    for (let done = 0; done < steps;) {
      const count = Math.min(engine.stepsPerCall, steps - done);
      engine.run(feeds.slice(done, done + count));
      done += count;
    }
    return steps;
  };
}

/** One endless run, continued in each round, so that what a run writes only once is not timed. */
function recordedFit(net: Net, data: TrainingData): Round {
  const folder = mkdtempSync(join(tmpdir(), 'bench-run-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const controlled = { regime: 'controlled', seed: 'bench' } as const;
  const training = trainingSchema.parse({ batchSize: net.batchSize, epochs: 100_000 });
  const clock = () => performance.now();
  const gate = new EventEmitter();
  let [done, wanted] = [0, 0];
  const breathe = async () => {
    await setImmediate();
    if (done < wanted) return;
    gate.emit('done');
    await once(gate, 'go');
  };
  const run = fit({
    engine: makeEngine(net.recordedMode, makeModel(net.architecture, controlled), training, clock),
    data,
    training,
    randomness: controlled,
    recording: recordingSchema.parse({}),
    recorder: Recorder.begin(folder, {} as RunManifest, {} as Script),
    resumption: null,
    onLosses: (_firstStep, losses) => {
      done += losses.length;
    },
    given: null,
    onEpoch: () => {},
    onCallback: () => {},
    onPause: () => {},
    breathe,
    control: new Control(),
    explain: (error) => error,
    clock,
    trace: null,
    keepsWeightsAt: [],
    keepsStateAt: [],
    ordersThread: join(__dirname, 'orders.cjs'),
  });
  void run.then(({ error }) => {
    throw new Error(error?.message);
  });
  return async (steps) => {
    const before = done;
    wanted = done + steps;
    const isDone = once(gate, 'done');
    gate.emit('go');
    await isDone;
    return done - before;
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
    return (epochs * rows) / batchSize;
  };
}
