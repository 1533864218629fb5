import type { TrainingData } from '../../electron/training/trainingData';
import { sizeOf } from '../../shared/architecture/shape';
import { layersOf, type Architecture } from '../../shared/architecture/architecture';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { normal } from '../../shared/random/distributions';
import { streamFor } from '../../shared/random/streams';
import type { TfjsMode } from '../../shared/engines/tfjs';
import { trainingSchema, type TrainingConfig } from '../../shared/training/trainingConfig';
import type { Engine } from '../../electron/engines/tfjs/engine/engine';
import type { WeightValues } from '../../electron/runs/weightValues';
import { makeEngine } from '../../electron/engines/tfjs/engine/makeEngine';
import { initialiseFromStreams } from '../../electron/engines/tfjs/initialise';
import { makeModel } from '../../electron/engines/tfjs/models/makeModel';
import { stepFeeds } from '../../electron/engines/tfjs/stepFeeds';

const randomness = { regime: 'controlled', seed: '7' } as const;

export interface TrainHere {
  readonly engine: TfjsMode;
  readonly steps?: number;
  readonly batchSize?: number;
  readonly training?: Partial<TrainingConfig>;
}

export interface Trained {
  /** [steps, width] */
  readonly results: number[];
  readonly weights: readonly WeightValues[];
}

/** An engine under controlled randomness, built and with its initial weights, on made-up rows. */
export function engineHere(architecture: Architecture, options: TrainHere): Engine {
  const training = trainingSchema.parse({ ...options.training });
  const engine = makeEngine(options.engine, makeModel(architecture, randomness), training, () =>
    performance.now(),
  );
  engine.build(someRows(architecture));
  initialiseFromStreams(engine, randomness.seed);
  return engine;
}

/** Trains some steps in this process. */
export function trainHere(architecture: Architecture, options: TrainHere): Trained {
  const engine = engineHere(architecture, options);
  try {
    const { steps = 5, batchSize = 6 } = options;
    const training = trainingSchema.parse({ ...options.training });
    const feedOf = stepFeeds(randomness, training, engine.dropoutCalls);
    const feeds = batchesHere(steps, batchSize).map((rows, step) => feedOf(step + 1, rows));
    return { results: [...engine.run(feeds)], weights: engine.readWeights() };
  } finally {
    engine.dispose();
  }
}

const ROWS = 24;

/** Row numbers of each step. */
export function batchesHere(steps: number, batchSize: number): readonly Int32Array[] {
  return Array.from({ length: steps }, (_, step) =>
    Int32Array.from({ length: batchSize }, (_own, at) => (step * 5 + at * 7) % ROWS),
  );
}

/** How many words a network has rows for; null if its inputs are other numbers. */
export function vocabularyOf(architecture: Architecture): number | null {
  const sizes = layersOf(architecture).flatMap((own) =>
    own.kind === 'embedding' ? [own.inputDim] : [],
  );
  return sizes.length === 0 ? null : Math.min(...sizes);
}

/** Made-up rows, the same for every network of this input: words, or standard normal numbers. */
export function someRows(architecture: Architecture): TrainingData {
  const vocabulary = vocabularyOf(architecture);
  const draw = streamFor('rows', { purpose: 'shuffle', epoch: 0 });
  const classes = sizeOf(forwardPlan(architecture).calls.at(-1)?.output ?? []);
  const targets = new Float32Array(ROWS * classes);
  for (let row = 0; row < ROWS; row++) targets[row * classes + (row % classes)] = 1;
  return {
    rows: ROWS,
    validationRows: 0,
    inputShape: architecture.inputShape,
    inputs: Float32Array.from({ length: ROWS * sizeOf(architecture.inputShape) }, () =>
      vocabulary === null ? normal(draw) : Math.floor(draw() * vocabulary),
    ),
    targetSize: classes,
    changesInputs: false,
    rowWeights: null,
    targets,
  };
}
