import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { readRun } from '../../../electron/runs/readRun';
import { runScript } from '../../../electron/engines/tfjs/session';
import type { Style } from '../../../shared/architecture/architecture';
import type { LearningRateSchedule } from '../../../shared/training/learningRateSchedule';
import type { TfjsMode } from '../../../shared/engines/tfjs';
import type { OptimiserConfig } from '../../../shared/training/trainingConfig';
import { optimiserSchema } from '../../../shared/training/trainingConfig';
import { quietPorts } from '../../helpers/quietPorts';
import { scriptOf } from '../../helpers/script';
import { tempFolder } from '../../helpers/tempFolder';

const randomness = { regime: 'controlled', seed: '42' } as const;

interface Choice {
  readonly engine: TfjsMode;
  readonly style?: Style;
  readonly optimiser?: OptimiserConfig;
  readonly clock?: () => number;
  readonly epochs?: number;
  readonly schedule?: LearningRateSchedule;
}

/** Trains on Iris in this process and returns the recorded losses and weights. */
async function train({
  engine,
  style = 'sequential',
  optimiser,
  clock = () => performance.now(),
  epochs = 6,
  schedule = { kind: 'constant' },
}: Choice) {
  const folder = join(tempFolder(), 'run');
  const script = scriptOf(folder, style, randomness, { epochs, engine });
  const training = {
    ...script.training,
    schedule,
    ...(optimiser === undefined ? {} : { optimiser }),
  };
  await runScript({ ...script, training }, 'start', { ...quietPorts(), clock });
  const { losses, outcome, finalWeights } = readRun(folder);
  expect(outcome).toMatchObject({ status: 'finished', error: null });
  return {
    losses: [...losses],
    finalWeights,
    bytes: readFileSync(join(folder, 'final-weights.safetensors')),
  };
}

const optimisers = [
  ...(['sgd', 'momentum', 'adam', 'adamw', 'nadam', 'adamax', 'rmsprop', 'adagrad'] as const).map(
    (kind) => ({ kind }),
  ),
  { kind: 'adam', clip: 'globalNorm', clipAt: 0.1, weightDecay: 0.1 },
  { kind: 'sgd', clip: 'norm', clipAt: 0.1 },
].map((own) => optimiserSchema.parse(own));

const isExactInGraph = ({ kind }: OptimiserConfig) => !['rmsprop', 'adagrad'].includes(kind);

test.each(optimisers.filter(isExactInGraph))(
  'the compiled graph trains bit for bit as eager does: $kind',
  async (optimiser) => {
    const eager = await train({ engine: 'eager', optimiser });
    const graph = await train({ engine: 'graph', optimiser });
    expect(graph.losses).toEqual(eager.losses);
    expect(graph.finalWeights).toEqual(eager.finalWeights);
  },
);

/** TensorFlow rewrites x / sqrt(y) of RMSProp and Adagrad in a graph, and XLA fuses: different rounding. */
test.each([
  ...optimisers.map((optimiser) => ({ engine: 'xla', optimiser, kind: optimiser.kind }) as const),
  ...optimisers
    .filter((optimiser) => !isExactInGraph(optimiser))
    .map((optimiser) => ({ engine: 'graph', optimiser, kind: optimiser.kind }) as const),
])(
  '$engine stays within rounding of eager, and repeats bit for bit: $kind',
  async ({ engine, optimiser }) => {
    const eager = await train({ engine: 'eager', optimiser });
    const [first, second] = [
      await train({ engine, optimiser }),
      await train({ engine, optimiser }),
    ];
    expect(second).toEqual(first);
    const apart = first.losses.map((loss, step) => Math.abs(loss - (eager.losses[step] as number)));
    // 60 steps at losses near 1: some hundred units in the last place.
    expect(Math.max(...apart)).toBeLessThan(2e-5);
  },
);

test.each(['graph', 'xla'] as const)('both styles give the same run under %s', async (engine) => {
  const [sequential, subclass] = [
    await train({ engine }),
    await train({ engine, style: 'subclass' }),
  ];
  expect(subclass.losses).toEqual(sequential.losses);
  expect(subclass.bytes.equals(sequential.bytes)).toBe(true);
});

test.each(optimisers)('a learning-rate schedule reaches every step: $kind', async (optimiser) => {
  const schedule = {
    kind: 'exponentialDecay',
    decaySteps: 5,
    decayRate: 0.7,
    staircase: false,
  } as const;
  const plain = await train({ engine: 'graph', optimiser });
  const [eager, graph] = [
    await train({ engine: 'eager', optimiser, schedule }),
    await train({ engine: 'graph', optimiser, schedule }),
  ];
  expect(graph.losses[0]).toBe(plain.losses[0]);
  expect(graph.losses.at(-1)).not.toBe(plain.losses.at(-1));
  if (isExactInGraph(optimiser)) expect(graph).toEqual(eager);
  graph.losses.forEach((loss, step) => expect(loss).toBeCloseTo(eager.losses[step] as number, 5));
});

test('the number of steps per native call changes nothing', async () => {
  const eager = await train({ engine: 'eager' });
  // A clock that jumps makes the engine take sometimes one, sometimes many steps per call.
  let [now, reads] = [0, 0];
  const clock = () => (now += [0.001, 900, 30, 5][reads++ % 4] as number);
  expect((await train({ engine: 'graph', clock })).losses).toEqual(eager.losses);
});

test('a compiled run leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  await train({ engine: 'graph', epochs: 1 });
  expect(tf.memory().numTensors).toBe(before);
});
