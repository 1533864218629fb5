import { expect, test } from 'vitest';
import { architectureSchema } from '../../../shared/architecture/architecture';
import { causeOf } from '../../../shared/runs/divergence/cause';
import { compareRuns, type Comparison } from '../../../shared/runs/divergence/compareRuns';
import { comparisonSentence } from '../../../shared/runs/divergence/comparisonSentence';
import { differenceAt } from '../../../shared/runs/divergence/firstDifference';
import { differenceSentence } from '../../../shared/runs/divergence/differenceSentence';
import type { Outcome, RunEvidence, RunManifest } from '../../../shared/runs/run';
import { recordingSchema } from '../../../shared/training/recording';
import { trainingSchema } from '../../../shared/training/trainingConfig';
import { manifest, order, orderRows, run, tensor } from '../../helpers/smallEvidence';

const essence = ({ verdict, firstDifference, reason }: Comparison) => [
  verdict,
  firstDifference ?? reason,
];

test('equal evidence is exact', () => {
  expect(compareRuns(run, { ...run })).toEqual({
    verdict: 'exact',
    reason: null,
    initialWeightsEqual: true,
    batchOrderEqual: true,
    firstDifference: null,
    decided: [],
    recorded: null,
    steps: 4,
    shufflesCoincide: false,
    environment: [],
    notes: [],
  });
});

test('the earliest difference is the first one; within a step order comes before arithmetic', () => {
  const loss = { ...run, losses: Float32Array.of(1, 0.5, 0.25, 0.126) };
  const arithmetic = { ...differenceAt(4, 'arithmetic'), seenIn: 'losses' };
  expect(essence(compareRuns(run, loss))).toEqual(['different', arithmetic]);

  const reordered = {
    ...loss,
    orders: [order(1, 'o1'), order(2, 'x')],
    orderOf: (epoch: number) => (epoch === 1 ? (orderRows[0] ?? null) : Uint32Array.of(3, 2, 0, 1)),
  };
  const batch = { ...differenceAt(4, 'batch-order'), stream: 'global/shuffle' };
  expect(essence(compareRuns(run, reordered))).toEqual(['different', batch]);
  // A later epoch's order does not hide an earlier loss.
  const earlier = { ...reordered, losses: Float32Array.of(1, 0.5, 0.26, 0.125) };
  expect(compareRuns(run, earlier).firstDifference).toMatchObject({ step: 3, kind: 'arithmetic' });

  const other = { ...reordered, initialWeights: [tensor('kernel', 'k'), tensor('bias', 'x')] };
  const weights = {
    ...differenceAt(0, 'initial-weights'),
    layer: 'output',
    tensor: 'bias',
    stream: 'global/initialiser',
  };
  expect(essence(compareRuns(run, other))).toEqual(['different', weights]);
});

test('scripts are told apart by what they do, not by the names of their models', () => {
  const scripted = (model: 'a' | 'b', actions: string[]): RunEvidence => ({
    ...run,
    manifest: { ...manifest, script: { protocol: 4, actions, model } },
  });
  const a = scripted('a', ['seed', 'build a', 'fit a']);
  expect(compareRuns(a, scripted('b', ['seed', 'build b', 'fit b'])).notes).toEqual([]);
  const both = scripted('b', ['seed', 'build b', 'build a', 'fit b']);
  expect(compareRuns(a, both).notes).toEqual([
    'The scripts differ: "seed, build a, fit a" and "seed, build a, build b, fit a".',
  ]);
});

test('classes of other names with the same numbers are noted', () => {
  const data = { ...manifest.data, classes: ['y', 'x'] };
  const { verdict, notes } = compareRuns(run, { ...run, manifest: { ...manifest, data } });
  expect([verdict, notes]).toEqual([
    'exact',
    ['The same numbers stand for different classes: x, y and y, x.'],
  ]);
});

test('a shuffle that restarts in every epoch is noted', () => {
  const orders = [1, 2, 3].map((epoch) => ({ ...order(epoch, 'same'), rows: 60 }));
  const repeating = { ...run, orders };
  expect(compareRuns(repeating, repeating).notes[0]).toMatch(
    /^Every epoch has the same order of rows in both runs/,
  );
  expect(compareRuns(run, repeating).notes[0]).toContain('in the second run');
  expect(compareRuns(run, run).notes).toEqual([]);
});

test('equal orders with another batch size, split or data are not equal batches', () => {
  const losses = Float32Array.of(1, 0.5, 0.26, 0.125);
  for (const changed of [
    { training: { ...manifest.training, batchSize: 3 } },
    { training: { ...manifest.training, validationFrom: 'stratified' as const } },
    { data: { ...manifest.data, sha256: 'e' } },
  ]) {
    const comparison = compareRuns(run, { ...run, losses, manifest: { ...manifest, ...changed } });
    expect(comparison.batchOrderEqual).toBe(false);
    expect(comparisonSentence(comparison)).not.toContain('equal until');
  }
  const rate = { training: { ...manifest.training, epochs: 3 } };
  const other = compareRuns(run, { ...run, losses, manifest: { ...manifest, ...rate } });
  expect(other.batchOrderEqual).toBe(true);
});

test('runs with equal losses but different final weights are not equal', () => {
  const other = { ...run, finalWeights: [tensor('kernel', 'K'), tensor('bias', 'x')] };
  const { firstDifference } = compareRuns(run, other);
  expect(firstDifference).toEqual({
    ...differenceAt(4, 'arithmetic'),
    layer: 'output',
    tensor: 'bias',
    seenIn: 'weights',
  });
  expect(firstDifference && differenceSentence(firstDifference)).toBe(
    'After step 4 the weights output/bias differ; weights, batches, dropout and losses are equal until then.',
  );
});

test('losses are compared by bits: 0 and -0 differ, NaN equals itself', () => {
  const zero = (first: number) => ({ ...run, losses: Float32Array.of(first, 1, 1, 1) });
  expect(compareRuns(zero(0), zero(-0)).firstDifference?.step).toBe(1);
  const diverged = compareRuns(zero(NaN), zero(NaN));
  expect(diverged.verdict).toBe('exact');
  expect(diverged.notes[0]).toBe("The first run's loss is not finite from step 1 on (NaN there).");
});

test('what cannot be compared or did not finish is not verified, with the reason', () => {
  const reasonFor = (other: RunEvidence) => essence(compareRuns(run, other));
  expect(reasonFor({ ...run, outcome: null, finalWeights: null })[1]).toContain(
    'The second run has no outcome',
  );
  const stopped = { ...(run.outcome as Outcome), status: 'stopped' } as const;
  expect(reasonFor({ ...run, outcome: stopped })[1]).toContain(
    'The second run stopped after 4 steps',
  );
});

test('weights that differ before the losses do are the first difference', () => {
  const weightHashes = [{ step: 2, sha256: 'other', tensors: ['same', 'other'] }];
  const losses = Float32Array.of(1, 0.5, 0.25, 0.12);
  expect(essence(compareRuns(run, { ...run, weightHashes, losses }))).toEqual([
    'different',
    { ...differenceAt(2, 'arithmetic'), layer: 'output', tensor: 'kernel', seenIn: 'weights' },
  ]);
  // Another schedule has no step in common and says nothing.
  expect(compareRuns(run, { ...run, weightHashes: [{ step: 3, sha256: 'x' }] }).verdict).toBe(
    'exact',
  );
});

test('controls decide what a difference means', () => {
  const pair = (kind: 'initial-weights' | 'batch-order' | 'arithmetic') =>
    ({
      ...compareRuns(run, run),
      verdict: 'different',
      firstDifference: differenceAt(1, kind),
    }) as Comparison;
  const controls = (sequential: Comparison['verdict'], subclass: Comparison['verdict']) => ({
    sequential,
    subclass,
  });
  expect(causeOf(compareRuns(run, run), controls('exact', 'exact'))).toBe('none');
  expect(causeOf(pair('batch-order'), controls('different', 'different'))).toBe('order');
  expect(causeOf(pair('batch-order'), controls('exact', 'exact'))).toBe('style');
  expect(causeOf(pair('arithmetic'), controls('exact', 'exact'))).toBe('arithmetic');
  expect(causeOf(pair('batch-order'), controls('exact', 'not_verified'))).toBeNull();
  expect(
    causeOf({ ...pair('batch-order'), verdict: 'not_verified' }, controls('exact', 'exact')),
  ).toBeNull();
});

/** The run with another manifest, and the losses that come of it. */
function other(change: Partial<RunManifest>): RunEvidence {
  return {
    ...run,
    manifest: { ...manifest, ...change },
    losses: Float32Array.of(1, 0.5, 0.24, 0.125),
  };
}
const seeded = (seed: string) =>
  ({ regime: 'controlled', seed }) as const satisfies RunManifest['randomness'];
const network = (...layers: object[]) =>
  architectureSchema.parse({ style: 'sequential', inputShape: [2], layers });
const dense = { id: 'hidden', kind: 'dense', units: 3, activation: 'relu' };
const output = { id: 'output', kind: 'dense', units: 2 };

test.each<[string, Partial<RunManifest>, Partial<RunManifest>, object, string]>([
  [
    'an activation',
    { architecture: network(dense, output) },
    { architecture: network({ ...dense, activation: 'tanh' }, output) },
    { kind: 'network', layer: 'hidden', setting: 'activation', values: ['"relu"', '"tanh"'] },
    'activation of hidden is "relu" in the first and "tanh" in the second',
  ],
  [
    'a rate of dropout',
    { architecture: network({ id: 'drop', kind: 'dropout', rate: 0.3 }, output) },
    { architecture: network({ id: 'drop', kind: 'dropout', rate: 0.5 }, output) },
    { kind: 'network', layer: 'drop', setting: 'rate', values: ['0.3', '0.5'] },
    'rate of drop is 0.3 in the first and 0.5 in the second',
  ],
  [
    'equal dropout under two ids',
    {
      architecture: network({ id: 'left', kind: 'dropout', rate: 0.3 }, output),
      randomness: seeded('7'),
    },
    {
      architecture: network({ id: 'right', kind: 'dropout', rate: 0.3 }, output),
      randomness: seeded('7'),
    },
    { kind: 'network', layer: 'left', setting: null, stream: 'dropout/left/1' },
    'only the first has the layer left, whose dropout draws from a random stream of its own (dropout/left/1)',
  ],
  [
    'seeds',
    { randomness: seeded('7') },
    { randomness: seeded('8') },
    { kind: 'setting', setting: 'seed', values: ['"7"', '"8"'] },
    'The seeds differ: "7" and "8".',
  ],
  [
    'a learning rate',
    {},
    {
      training: trainingSchema.parse({
        batchSize: 2,
        epochs: 2,
        optimiser: { kind: 'adam', learningRate: 0.01 },
      }),
    },
    { kind: 'setting', setting: 'optimiser.learningRate', values: ['0.001', '0.01'] },
    'optimiser.learningRate is 0.001 in the first and 0.01 in the second',
  ],
  [
    'the data',
    {},
    { data: { ...manifest.data, sha256: 'e' } },
    { kind: 'data' },
    'The runs trained on different data.',
  ],
])('%s that differ are named before any number', (_, first, second, difference, sentence) => {
  const a = { ...run, manifest: { ...manifest, ...first } };
  const comparison = compareRuns(a, other(second));
  expect(comparison.verdict).toBe('different');
  expect(comparison.firstDifference).toMatchObject({ step: 0, ...difference });
  expect(comparison.recorded).toMatchObject({ step: 3, kind: 'arithmetic' });
  expect(comparisonSentence(comparison)).toContain(sentence);
  expect(comparisonSentence(comparison)).toContain(
    'The first recorded numbers that differ are those of the loss of step 3.',
  );
  expect(['network', 'settings']).toContain(
    causeOf(comparison, { sequential: 'exact', subclass: 'exact' }),
  );
});

test('a run with more epochs is different by that setting, its common steps equal', () => {
  const training = trainingSchema.parse({ batchSize: 2, epochs: 3 });
  const longer = {
    ...run,
    manifest: { ...manifest, training },
    losses: Float32Array.of(1, 0.5, 0.25, 0.125, 0.1, 0.1),
    finalWeights: [tensor('kernel', 'L'), tensor('bias', 'L')],
  };
  const comparison = compareRuns(run, longer);
  expect(comparison).toMatchObject({
    verdict: 'different',
    recorded: null,
    firstDifference: { kind: 'setting', setting: 'epochs', values: ['2', '3'] },
  });
  expect(comparisonSentence(comparison)).toContain('What both recorded, 4 steps, is equal');
});

test('metrics and the recording schedule only observe, and make no difference', () => {
  const training = trainingSchema.parse({ batchSize: 2, epochs: 2, metrics: ['accuracy'] });
  const recording = recordingSchema.parse({ hashEverySteps: 3 });
  expect(compareRuns(run, { ...run, manifest: { ...manifest, training, recording } }).verdict).toBe(
    'exact',
  );
});

const branches = (order: readonly string[], names: Readonly<Record<string, string>>) => {
  const calls: Readonly<Record<string, object>> = {
    left: { name: names['left'], layer: 'left', inputs: ['input'] },
    right: { name: names['right'], layer: 'right', inputs: ['input'] },
    drop: { name: names['drop'], layer: 'drop', inputs: [names['right']] },
    sum: { name: 'sum', layer: 'sum', inputs: [names['left'], names['drop']] },
  };
  return architectureSchema.parse({
    style: 'subclass',
    inputShape: [2],
    members: [
      { id: 'left', kind: 'dense', units: 2 },
      { id: 'right', kind: 'dense', units: 2 },
      { id: 'drop', kind: 'dropout', rate: 0.1 },
      { id: 'sum', kind: 'add' },
    ],
    calls: order.map((own) => calls[own]),
  });
};

test('branches that are called in another order, under other names, are the same network', () => {
  const same = { left: 'left', right: 'right', drop: 'drop' };
  const first = branches(['left', 'right', 'drop', 'sum'], same);
  const second = branches(['right', 'drop', 'left', 'sum'], {
    left: 'x1',
    right: 'x2',
    drop: 'x3',
  });
  const of = (architecture: RunManifest['architecture']) => ({
    ...run,
    manifest: { ...manifest, architecture },
  });
  expect(compareRuns(of(first), of(second)).verdict).toBe('exact');
  // Another wiring is another network.
  const crossed = branches(['left', 'right', 'drop', 'sum'], same);
  if (crossed.style === 'subclass')
    crossed.calls[2] = { name: 'drop', layer: 'drop', inputs: ['left'] };
  expect(
    compareRuns(of(first), { ...of(crossed), losses: Float32Array.of(1) }).firstDifference,
  ).toMatchObject({ kind: 'network', layer: 'drop', setting: 'calls' });
});

test('what dropout drew is compared by layer, before the loss of its step', () => {
  const dropout = [
    { layer: 'left', use: 1, seed: null },
    { layer: 'right', use: 1, seed: null },
  ];
  const a = {
    ...run,
    manifest: { ...manifest, dropout },
    dropoutSeeds: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
  };
  const swapped = {
    ...a,
    manifest: { ...a.manifest, dropout: [...dropout].reverse() },
    dropoutSeeds: Int32Array.of(3, 4, 1, 2, 7, 8, 5, 6, 11, 12, 9, 10, 15, 16, 13, 14),
  };
  expect(compareRuns(a, swapped).verdict).toBe('exact');
  const drawn = {
    ...a,
    dropoutSeeds: Int32Array.from(a.dropoutSeeds, (seed, index) => (index === 6 ? 0 : seed)),
    losses: Float32Array.of(1, 0.6, 0.25, 0.125),
  };
  expect(compareRuns(a, drawn).firstDifference).toEqual({
    ...differenceAt(2, 'dropout'),
    layer: 'right',
    stream: 'global/dropout',
  });
});

test('hashes of format 1, over all bytes in call order, are compared in equal orders alone', () => {
  const old = { ...run, manifest: { ...manifest, format: 1 as const } };
  const reordered = {
    ...old,
    initialWeights: [...(run.initialWeights ?? [])].reverse(),
    weightHashes: [{ step: 2, sha256: 'other' }],
  };
  expect(compareRuns(old, reordered).verdict).toBe('exact');
  expect(compareRuns(run, reordered).verdict).toBe('exact');
  expect(compareRuns(old, { ...old, weightHashes: reordered.weightHashes }).verdict).toBe(
    'different',
  );
});

test('engines that draw masks of their own are said to where losses part, not to round differently', () => {
  const architecture = architectureSchema.parse({
    style: 'sequential',
    inputShape: [2],
    layers: [
      { id: 'drop', kind: 'dropout', rate: 0.5 },
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ],
  });
  const on = (mode: RunManifest['engine']['mode'], losses = run.losses): RunEvidence => ({
    ...run,
    losses,
    manifest: { ...manifest, architecture, engine: { asked: mode, mode } },
  });
  const other = Float32Array.of(1, 0.6, 0.25, 0.125);
  const { firstDifference } = compareRuns(on('keras-jax'), on('keras-tensorflow', other));
  expect(firstDifference).toEqual({
    ...differenceAt(2, 'dropout'),
    layer: 'drop',
    stream: 'keras-jax/dropout and keras-tensorflow/dropout',
  });
  expect(firstDifference && differenceSentence(firstDifference)).toContain(
    'each engine draws its own masks of dropout at drop',
  );
  // One engine in two modes, and one engine twice, have the same masks.
  expect(compareRuns(on('graph'), on('xla', other)).firstDifference?.kind).toBe('arithmetic');
  expect(compareRuns(on('keras-jax'), on('keras-jax', other)).firstDifference?.kind).toBe(
    'arithmetic',
  );
});
