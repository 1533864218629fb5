import { expect, test } from 'vitest';
import { articleNetwork } from '../../../shared/protocols/articleNetwork';
import { causeOf } from '../../../shared/runs/divergence/cause';
import { compareRuns, type Comparison } from '../../../shared/runs/divergence/compareRuns';
import { differenceSentence } from '../../../shared/runs/divergence/differenceSentence';
import {
  RUN_FORMAT,
  type Outcome,
  type RunEvidence,
  type RunManifest,
} from '../../../shared/runs/run';
import { recordingSchema } from '../../../shared/training/recording';
import { trainingSchema } from '../../../shared/training/trainingConfig';

const manifest: RunManifest = {
  twintrain: 'run',
  format: RUN_FORMAT,
  id: 'run',
  createdAt: '2026-01-01T00:00:00.000Z',
  architecture: articleNetwork(2, [], 2),
  training: trainingSchema.parse({ batchSize: 2, epochs: 2 }),
  environment: { threads: 1, onednn: false },
  engine: { asked: 'eager', mode: 'eager' },
  randomness: { regime: 'global', seed: '1', initialiserSeeds: 'none' },
  recording: recordingSchema.parse({}),
  script: { protocol: null, actions: [], model: 'a' },
  data: {
    source: { kind: 'builtin', name: 'iris' },
    rows: 4,
    features: 2,
    classes: ['x', 'y'],
    sha256: 'd',
  },
  ran: {
    engine: {
      name: 'eager',
      backend: 'tensorflow',
      tensorflow: '2',
      tfjs: '4',
      device: 'CPU',
      threads: 1,
      onednn: false,
    },
    variables: {},
    node: '20',
    v8: '11',
    platform: 'linux',
    arch: 'x64',
    cpu: 'c',
  },
};
const orderRows = [Uint32Array.of(0, 1, 2, 3), Uint32Array.of(3, 2, 1, 0)];
const order = (epoch: number, sha256: string, streamState = 's') => ({
  epoch,
  firstStep: epoch * 2 - 1,
  rows: 4,
  sha256,
  stream: 'global/shuffle',
  streamState,
});
const tensor = (role: string, sha256: string) => ({ layer: 'output', role, shape: [2], sha256 });
const run: RunEvidence = {
  manifest,
  initialWeights: [tensor('kernel', 'k'), tensor('bias', 'b')],
  losses: Float32Array.of(1, 0.5, 0.25, 0.125),
  orders: [order(1, 'o1'), order(2, 'o2')],
  weightHashes: [
    { step: 2, sha256: 'w2' },
    { step: 4, sha256: 'w4' },
  ],
  finalWeights: [tensor('kernel', 'K'), tensor('bias', 'B')],
  outcome: { status: 'finished', steps: 4, elapsedMs: 1, resumedAfter: [], error: null },
  orderOf: (epoch) => orderRows[epoch - 1] ?? null,
};
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
    steps: 4,
    shufflesCoincide: false,
    notes: [],
  });
});

test('the earliest difference is the first one: weights before order before arithmetic', () => {
  const loss = { ...run, losses: Float32Array.of(1, 0.5, 0.26, 0.125) };
  const arithmetic = { step: 3, kind: 'arithmetic', layer: null, tensor: null, stream: null };
  expect(essence(compareRuns(run, loss))).toEqual(['different', arithmetic]);

  const reordered = {
    ...loss,
    orders: [order(1, 'o1'), order(2, 'x')],
    orderOf: (epoch: number) => (epoch === 1 ? (orderRows[0] ?? null) : Uint32Array.of(3, 2, 0, 1)),
  };
  const batch = {
    step: 4,
    kind: 'batch-order',
    layer: null,
    tensor: null,
    stream: 'global/shuffle',
  };
  expect(essence(compareRuns(run, reordered))).toEqual(['different', batch]);

  const other = { ...reordered, initialWeights: [tensor('kernel', 'k'), tensor('bias', 'x')] };
  const weights = {
    step: 0,
    kind: 'initial-weights',
    layer: 'output',
    tensor: 'bias',
    stream: 'global/initialiser',
  };
  expect(essence(compareRuns(run, other))).toEqual(['different', weights]);
});

test('equal losses with other final weights are no equality', () => {
  const other = { ...run, finalWeights: [tensor('kernel', 'K'), tensor('bias', 'x')] };
  const { firstDifference } = compareRuns(run, other);
  expect(firstDifference).toEqual({
    step: 4,
    kind: 'arithmetic',
    layer: 'output',
    tensor: 'bias',
    stream: null,
  });
  expect(firstDifference && differenceSentence(firstDifference)).toContain(
    'output/bias differ although all losses were equal',
  );
});

test('losses are compared by bits: 0 and -0 differ, NaN equals itself', () => {
  const zero = (first: number) => ({ ...run, losses: Float32Array.of(first, 1, 1, 1) });
  expect(compareRuns(zero(0), zero(-0)).firstDifference?.step).toBe(1);
  const diverged = compareRuns(zero(NaN), zero(NaN));
  expect(diverged.verdict).toBe('exact');
  expect(diverged.notes[0]).toBe("The first run's loss is NaN from step 1 on.");
});

test('what cannot be compared or did not finish is not verified, with the reason', () => {
  const reasonFor = (other: RunEvidence) => essence(compareRuns(run, other));
  expect(
    reasonFor({ ...run, manifest: { ...manifest, data: { ...manifest.data, sha256: 'e' } } }),
  ).toEqual(['not_verified', 'The runs trained on different data.']);
  const training = trainingSchema.parse({ batchSize: 2, epochs: 3 });
  expect(reasonFor({ ...run, manifest: { ...manifest, training } })[1]).toContain(
    'different training settings',
  );
  expect(reasonFor({ ...run, outcome: null, finalWeights: null })[1]).toContain(
    'The second run has no outcome',
  );
  const stopped = { ...(run.outcome as Outcome), status: 'stopped' } as const;
  expect(reasonFor({ ...run, outcome: stopped })[1]).toContain(
    'The second run stopped after 4 steps',
  );
});

test('weights that differ before the losses do are the first difference', () => {
  const weightHashes = [{ step: 2, sha256: 'other' }];
  const losses = Float32Array.of(1, 0.5, 0.25, 0.12);
  expect(essence(compareRuns(run, { ...run, weightHashes, losses }))).toEqual([
    'different',
    { step: 2, kind: 'arithmetic', layer: null, tensor: null, stream: null },
  ]);
  // Another schedule has no step in common and says nothing.
  expect(compareRuns(run, { ...run, weightHashes: [{ step: 3, sha256: 'x' }] }).verdict).toBe(
    'exact',
  );
});

test('another environment is noted', () => {
  const ran = { ...manifest.ran, engine: { ...manifest.ran.engine, threads: 2 } };
  expect(compareRuns(run, { ...run, manifest: { ...manifest, ran } }).notes).toEqual([
    'The thread count differs: 1 and 2.',
  ]);
});

test('controls decide what a difference means', () => {
  const pair = (kind: 'initial-weights' | 'batch-order' | 'arithmetic') =>
    ({
      ...compareRuns(run, run),
      verdict: 'different',
      firstDifference: { step: 1, kind, layer: null, tensor: null, stream: null },
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
