import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRun } from '../../electron/runs/readRun';
import { startScript } from '../../electron/training/trainerHost';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import { architectureSchema, type Style } from '../../shared/architecture/architecture';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import type { RunEvidence } from '../../shared/runs/run';
import type { TfjsMode } from '../../shared/engines/tfjs';
import type { Script } from '../../shared/training/script';
import type { Randomness } from '../../shared/training/trainingConfig';
import { distFolder } from '../helpers/lab';
import { scriptOf } from '../helpers/script';
import { tempFolder } from '../helpers/tempFolder';

const controlled: Randomness = { regime: 'controlled', seed: '42' };
const global: Randomness = { regime: 'global', seed: '42', initialiserSeeds: 'none' };

async function train(
  style: Style,
  randomness: Randomness,
  threads = 1,
): Promise<RunEvidence & { folder: string }> {
  const folder = join(tempFolder(), 'run');
  const script = scriptOf(folder, style, randomness, { threads });
  await startScript(script, nodeTrainer(`${distFolder}/electron/trainer.cjs`), () => {}).done;
  return { ...readRun(folder), folder };
}

/** Every recorded byte that training decides; times and paths are left out. */
function hashes(folder: string) {
  const files = [
    'initial-weights.safetensors',
    'losses.f32',
    'batch-orders.u32',
    'batch-orders.jsonl',
    'final-weights.safetensors',
  ];
  return files.map((file) =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex'),
  );
}

test.each<[Style, Randomness]>([
  ['sequential', global],
  ['subclass', global],
  ['sequential', controlled],
  ['subclass', controlled],
])('the same %s run in two processes writes the same bytes (%o)', async (style, randomness) => {
  const [first, second] = [await train(style, randomness), await train(style, randomness)];
  expect(hashes(first.folder)).toEqual(hashes(second.folder));
  expect(compareRuns(first, second)).toMatchObject({ verdict: 'exact', steps: 20, notes: [] });
});

const everything = architectureSchema.parse({
  style: 'sequential',
  inputShape: [8, 8, 1],
  layers: [
    { id: 'conv', kind: 'conv2d', filters: 4, kernelSize: [3, 3], activation: 'relu' },
    { id: 'pool', kind: 'maxPooling2d' },
    { id: 'norm', kind: 'batchNormalization' },
    { id: 'flat', kind: 'flatten' },
    { id: 'drop', kind: 'dropout', rate: 0.3 },
    { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
  ],
});

test.each<[TfjsMode, number]>([
  ['eager', 1],
  ['graph', 1],
  ['graph', 2],
  ['xla', 1],
  ['xla', 2],
])(
  'a convolutional %s run on %i threads writes the same bytes in two processes',
  async (engine, threads) => {
    const folders = [tempFolder(), tempFolder()].map((folder) => join(folder, 'run'));
    for (const folder of folders) {
      const script = scriptOf(folder, 'sequential', controlled, { engine, threads, epochs: 1 });
      const own: Script = {
        ...script,
        models: { a: { runId: 'a', folder, architecture: everything } },
        data: { kind: 'builtin', name: 'digits' },
      };
      await startScript(own, nodeTrainer(`${distFolder}/electron/trainer.cjs`), () => {}).done;
      expect(readRun(folder).outcome).toMatchObject({ status: 'finished' });
    }
    const [first, second] = folders as [string, string];
    expect(hashes(first)).toEqual(hashes(second));
  },
);

test('under controlled randomness both styles give the same run, bit for bit', async () => {
  const [sequential, subclass] = [
    await train('sequential', controlled),
    await train('subclass', controlled),
  ];
  expect(compareRuns(sequential, subclass).verdict).toBe('exact');
  expect(sequential.orders.map(({ stream }) => stream)).toEqual(['shuffle/1', 'shuffle/2']);
});

/** May change only with the format of streams, of runs, or with TensorFlow's version. */
test('golden hashes of a controlled run', async () => {
  const { initialWeights, orders } = await train('sequential', controlled);
  expect([...(initialWeights ?? []), ...orders].map(({ sha256 }) => sha256.slice(0, 16)))
    .toMatchInlineSnapshot(`
    [
      "03c25edd3d730223",
      "66687aadf862bd77",
      "d84fbcc9fb5ebc92",
      "15ec7bf0b50732b4",
      "945946f2a1f190f2",
      "6dd5f71468e738cc",
    ]
  `);
});

test('another seed gives another run', async () => {
  const [first, second] = [
    await train('sequential', controlled),
    await train('sequential', { regime: 'controlled', seed: '43' }),
  ];
  expect(compareRuns(first, second)).toMatchObject({
    verdict: 'different',
    firstDifference: { kind: 'setting', setting: 'seed', values: ['"42"', '"43"'] },
    recorded: {
      step: 0,
      kind: 'initial-weights',
      layer: 'hidden1',
      tensor: 'kernel',
      stream: 'initialiser/hidden1/kernel',
    },
  });
});

test("the shell's environment variables do not reach the training", async () => {
  const before = { ...process.env };
  process.env['TF_ENABLE_ONEDNN_OPTS'] = '1';
  process.env['TF_NUM_INTRAOP_THREADS'] = '7';
  try {
    const { manifest } = await train('sequential', controlled);
    expect(manifest.ran.variables).toMatchObject({
      TF_ENABLE_ONEDNN_OPTS: '0',
      TF_NUM_INTRAOP_THREADS: '1',
    });
  } finally {
    process.env = before;
  }
});
