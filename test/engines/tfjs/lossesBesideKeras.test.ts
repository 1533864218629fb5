import { expect, test } from 'vitest';
import { isFull } from '../../../build/fullTests.mjs';
import { metrics as formulas, epochValues } from '../../../electron/engines/tfjs/engine/metrics';
import { EpochMeans } from '../../../electron/engines/tfjs/epochMeans';
import { makeEngine } from '../../../electron/engines/tfjs/engine/makeEngine';
import { initialiseFromStreams } from '../../../electron/engines/tfjs/initialise';
import { makeModel } from '../../../electron/engines/tfjs/models/makeModel';
import { stepFeeds } from '../../../electron/engines/tfjs/stepFeeds';
import type { TrainingData } from '../../../electron/training/trainingData';
import { architectureSchema, asSubclass } from '../../../shared/architecture/architecture';
import type { TfjsMode } from '../../../shared/engines/tfjs';
import { normal } from '../../../shared/random/distributions';
import { streamFor } from '../../../shared/random/streams';
import { pythonSource } from '../../../shared/source/pythonSource';
import { pythonTraining } from '../../../shared/source/pythonTraining';
import { lossesFor, metricsFor } from '../../../shared/training/targetFit';
import {
  losses,
  lossKinds,
  type LossKind,
  type TargetType,
} from '../../../shared/training/lossTable';
import { metrics, metricKinds } from '../../../shared/training/metricTable';
import { trainingSchema, type TrainingConfig } from '../../../shared/training/trainingConfig';
import { batchesHere } from '../../helpers/trainHere';
import {
  trainedByKeras,
  type KerasTraining,
  type TrainedByKeras,
} from '../../helpers/keras/realKeras';

const STEPS = 30;
const BATCH = 6;
const ROWS = 24;
const FEATURES = 5;
const randomness = { regime: 'controlled', seed: '7' } as const;

type Style = 'sequential' | 'subclass';

interface Case {
  readonly name: string;
  readonly type: TargetType;
  readonly outputs: number;
  readonly loss: LossKind;
  readonly fromLogits: boolean;
  readonly hasNorm: boolean;
  readonly isWeighted: boolean;
  /** Engine and style here: one in turn, every engine in the full tests. */
  readonly ways: readonly (readonly [TfjsMode, Style])[];
}

const modes: readonly TfjsMode[] = ['eager', 'graph', 'xla'];
const styles: readonly Style[] = ['sequential', 'subclass'];
/** Every mode, with the styles in turn. */
const waysOf = (at: number) =>
  modes.map((mode, index) => [mode, styles[(at + index) % 2] as Style] as const);

/**
 * Every loss with every kind of target it goes with, with and without logits and weights; half of
 * them outside the full tests, since Keras compiles for seconds.
 */
const cases: readonly Case[] = lossKinds.flatMap((loss) => {
  const { targets, activation, takesLogits } = losses[loss];
  return targets.flatMap((type) =>
    (takesLogits ? [false, true] : [false]).flatMap((fromLogits) =>
      [false, true].flatMap((isWeighted): readonly Case[] => {
        const at = lossKinds.indexOf(loss) + Number(fromLogits) + Number(isWeighted);
        if (!isFull && at % 2 === 1) return [];
        // One unit is enough for two classes.
        const classes = activation === 'sigmoid' ? 1 : 7;
        const ways = waysOf(at + targets.indexOf(type as never));
        const first = at % modes.length;
        return [
          {
            name: [loss, type, fromLogits ? 'logits' : '', isWeighted ? 'weighted' : ''].join(' '),
            type,
            outputs: type === 'class' ? classes : 3,
            loss,
            fromLogits,
            hasNorm: at % 4 === 3,
            isWeighted,
            ways: isFull ? ways : ways.slice(first, first + 1),
          },
        ];
      }),
    ),
  );
});

function factsOf({ type, outputs }: Case) {
  const isClass = type === 'class';
  return {
    targets: isClass ? 0 : outputs,
    areLabels: type === 'labels',
    classes: Array.from({ length: isClass ? Math.max(2, outputs) : 0 }, String),
  };
}

function networkOf({ loss, fromLogits, outputs, type, hasNorm }: Case) {
  const activation =
    fromLogits || type === 'number'
      ? 'linear'
      : (losses[loss].activation ?? (type === 'labels' ? 'sigmoid' : 'softmax'));
  const architecture = architectureSchema.parse({
    style: 'sequential',
    inputShape: [FEATURES],
    layers: [
      { id: 'hidden', kind: 'dense', units: 12, activation: 'tanh' },
      ...(hasNorm ? [{ id: 'norm', kind: 'batchNormalization' }] : []),
      { id: 'output', kind: 'dense', units: outputs, activation },
    ],
  });
  if (architecture.style !== 'sequential') throw new Error('It is sequential');
  return architecture;
}

function dataOf({ type, outputs, isWeighted }: Case): TrainingData {
  const draw = streamFor('losses', { purpose: 'split' });
  const targets = Float32Array.from({ length: ROWS * outputs }, (_, at) => {
    const [row, output] = [Math.floor(at / outputs), at % outputs];
    if (type === 'number') return normal(draw);
    if (type === 'labels' || outputs === 1) return draw() < 0.4 ? 1 : 0;
    return row % outputs === output ? 1 : 0;
  });
  return {
    rows: ROWS,
    validationRows: 0,
    inputShape: [FEATURES],
    inputs: Float32Array.from({ length: ROWS * FEATURES }, () => normal(draw)),
    targetSize: outputs,
    targets,
    changesInputs: false,
    rowWeights: isWeighted
      ? Float32Array.from({ length: ROWS }, (_, row) => [0, 0.5, 3][row % 3] as number)
      : null,
  };
}

function trainedHere(own: Case, [mode, style]: readonly [TfjsMode, Style]) {
  const sequential = networkOf(own);
  const architecture = style === 'sequential' ? sequential : asSubclass(sequential);
  const training: TrainingConfig = trainingSchema.parse({
    loss: own.loss,
    fromLogits: own.fromLogits,
    // A threshold of 0.5 means nothing to logits, nor does Keras shift it.
    metrics: metricsFor(factsOf(own), own.loss).filter(
      (kind) => !own.fromLogits || !['f1', 'precision', 'recall', 'auc'].includes(kind),
    ),
  });
  const data = dataOf(own);
  const engine = makeEngine(mode, makeModel(architecture, randomness), training, () =>
    performance.now(),
  );
  try {
    engine.build(data);
    initialiseFromStreams(engine, randomness.seed);
    const weights = engine
      .readWeights()
      .map(({ layer, role, values }) => ({ layer, role, values: [...values] }));
    const batches = batchesHere(STEPS, BATCH);
    const feedOf = stepFeeds(randomness, training, []);
    const results = engine.run(batches.map((rows, step) => feedOf(step + 1, rows)));
    const evaluated = evaluatedHere(engine, training, data);
    const keras: KerasTraining = {
      source: `${pythonSource(architecture)}\n${pythonTraining(training)}`,
      inputShape: [FEATURES],
      weights,
      inputs: [...data.inputs],
      targets: [...data.targets],
      batches: batches.map((rows) => [...rows]),
      isSparse: own.loss === 'sparseCategoricalCrossentropy',
      rowWeights: data.rowWeights && [...data.rowWeights],
      evaluates: BATCH + 3,
    };
    const width = engine.width;
    return { losses: results.filter((_, index) => index % width === 0), evaluated, keras };
  } finally {
    engine.dispose();
  }
}

function evaluatedHere(
  engine: ReturnType<typeof makeEngine>,
  training: TrainingConfig,
  data: TrainingData,
) {
  const means = new EpochMeans(engine.width);
  const batches = Array.from({ length: Math.ceil(ROWS / (BATCH + 3)) }, (_, batch) =>
    Int32Array.from(
      { length: Math.min(BATCH + 3, ROWS - batch * (BATCH + 3)) },
      (_own, at) => batch * (BATCH + 3) + at,
    ),
  );
  const results = engine.evaluate(batches);
  batches.forEach((rows, batch) => means.add(results, batch, rows.length));
  return epochValues(training, data.targetSize, means.means(), means.rows);
}

const kerasOf = ({ keras }: ReturnType<typeof trainedHere>) => keras;

/** Where a run is not as Keras has it. */
function farFrom(
  answer: TrainedByKeras,
  { losses: own, evaluated }: ReturnType<typeof trainedHere>,
  hasNorm: boolean,
): string[] {
  const most = Math.max(
    ...answer.losses.map((loss, step) => Math.abs(loss - (own[step] ?? NaN)) / Math.abs(loss)),
  );
  const told = Object.entries(evaluated).flatMap(([kind, value]) => {
    const log = kind === 'loss' ? 'loss' : metrics[kind as 'accuracy'].log;
    const theirs = answer.evaluated?.[log] ?? NaN;
    const off = Math.abs(value - theirs) / Math.max(1e-3, Math.abs(theirs));
    // Counts are the same; means of floats are summed in another order.
    return off <= (hasNorm ? 1e-5 : 4e-6) ? [] : [`${kind} ${value}, but ${theirs}`];
  });
  return [...(most <= (hasNorm ? 5e-6 : 2e-6) ? [] : [String(most)]), ...told];
}

test('every loss, with logits and weights, has the losses of real Keras, and every metric its value', async () => {
  const here = cases.map((own) => ({ own, runs: own.ways.map((way) => trainedHere(own, way)) }));
  // The first style is as good as the other: it starts with the same weights.
  const there = await trainedByKeras(here.flatMap(({ runs }) => runs.slice(0, 1).map(kerasOf)));
  const far = here.flatMap(({ own, runs }, index) => {
    const answer = there[index];
    if (answer === undefined || 'error' in answer) return [`${own.name}: ${answer?.error}`];
    return runs.flatMap((run, at) =>
      farFrom(answer, run, own.hasNorm).map((text) => `${own.name}, ${own.ways[at]}: ${text}`),
    );
  });
  expect(far).toEqual([]);
  const all = here.flatMap(({ runs }) => runs);
  expect(all.every(({ losses: own }) => own[0] !== own[STEPS - 1])).toBe(true);
  // Every metric was computed at least once.
  const seen = new Set(all.flatMap(({ evaluated }) => Object.keys(evaluated)));
  expect(metricKinds.filter((kind) => !seen.has(kind))).toEqual([]);
  expect(Object.keys(formulas).sort()).toEqual([...metricKinds].sort());
  expect(lossesFor('number')).not.toContain('categoricalCrossentropy');
});
