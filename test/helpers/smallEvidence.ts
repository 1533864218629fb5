import type { TfjsRan } from '../../shared/engines/tfjs';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { RUN_FORMAT, type RunEvidence, type RunManifest } from '../../shared/runs/run';
import { recordingSchema } from '../../shared/training/recording';
import { trainingSchema } from '../../shared/training/trainingConfig';

/** What a made-up run of two epochs of two steps ran on. */
const ran: TfjsRan = {
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
};

export const manifest = {
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
    targets: 0,
    sha256: 'd',
  },
  ran,
  initialWeights: null,
  dropout: [],
} satisfies RunManifest as Omit<RunManifest, 'ran'> & { readonly ran: TfjsRan };
export const orderRows = [Uint32Array.of(0, 1, 2, 3), Uint32Array.of(3, 2, 1, 0)];
export const order = (epoch: number, sha256: string, streamState = 's') => ({
  epoch,
  firstStep: epoch * 2 - 1,
  rows: 4,
  sha256,
  stream: 'global/shuffle',
  streamState,
});
export const tensor = (role: string, sha256: string) => ({
  layer: 'output',
  role,
  shape: [2],
  sha256,
});
export const run: RunEvidence = {
  manifest,
  initialWeights: [tensor('kernel', 'k'), tensor('bias', 'b')],
  losses: Float32Array.of(1, 0.5, 0.25, 0.125),
  orders: [order(1, 'o1'), order(2, 'o2')],
  weightHashes: [
    { step: 2, sha256: 'w2', tensors: ['same', 'same'] },
    { step: 4, sha256: 'w4' },
  ],
  finalWeights: [tensor('kernel', 'K'), tensor('bias', 'B')],
  outcome: { status: 'finished', steps: 4, elapsedMs: 1, resumedAfter: [], error: null },
  dropoutSeeds: null,
  orderOf: (epoch) => orderRows[epoch - 1] ?? null,
};
