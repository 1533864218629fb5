import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRun } from '../../../electron/runs/readRun';
import { runScript } from '../../../electron/engines/tfjs/session';
import { architectureSchema } from '../../../shared/architecture/architecture';
import { compareRuns } from '../../../shared/runs/divergence/compareRuns';
import type { Randomness } from '../../../shared/training/trainingConfig';
import { quietPorts } from '../../helpers/quietPorts';
import { scriptOf } from '../../helpers/script';
import { tempFolder } from '../../helpers/tempFolder';

async function trained(randomness: Randomness, kernelSeed: number | null, seed: number | null) {
  const folder = join(tempFolder(), 'run');
  const script = scriptOf(folder, 'sequential', randomness, { epochs: 1 });
  const architecture = architectureSchema.parse({
    style: 'sequential',
    inputShape: [4],
    layers: [
      { id: 'hidden', kind: 'dense', units: 6, kernelSeed },
      { id: 'drop', kind: 'dropout', rate: 0.5, seed },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  });
  await runScript(
    { ...script, models: { a: { runId: 'own', folder, architecture } } },
    'start',
    quietPorts(),
  );
  return readRun(folder);
}

const hashOf = (run: Awaited<ReturnType<typeof trained>>, name: string) =>
  run.initialWeights?.find(({ layer, role }) => `${layer}/${role}` === name)?.sha256;
const controlled = (seed: string) => ({ regime: 'controlled', seed }) as const;
const global = (seed: string) =>
  ({ regime: 'global', seed, initialiserSeeds: 'none' }) as const satisfies Randomness;

test.each([controlled, global])(
  "a layer's own seed draws the same whatever the run's seed is (%#)",
  async (randomness) => {
    const [a, b] = [await trained(randomness('1'), 42, 7), await trained(randomness('2'), 42, 7)];
    expect(hashOf(a, 'hidden/kernel')).toBe(hashOf(b, 'hidden/kernel'));
    expect(hashOf(a, 'output/kernel')).not.toBe(hashOf(b, 'output/kernel'));
    const other = await trained(randomness('1'), 43, 7);
    expect(hashOf(other, 'hidden/kernel')).not.toBe(hashOf(a, 'hidden/kernel'));
  },
);

test('a seed of its own is a stream of its own, and is named', async () => {
  const [a, b] = [
    await trained(controlled('1'), 42, null),
    await trained(controlled('1'), 43, null),
  ];
  const comparison = compareRuns(a, b);
  expect(comparison.firstDifference).toMatchObject({
    kind: 'network',
    layer: 'hidden',
    setting: 'kernelSeed',
    values: ['42', '43'],
  });
  expect(comparison.recorded).toMatchObject({
    kind: 'initial-weights',
    layer: 'hidden',
    stream: 'initialiser-seed/42',
  });
});

test('dropout with a seed of its own draws nothing from the shared generator', async () => {
  const { dropoutSeeds, manifest } = await trained(global('1'), null, 7);
  expect(manifest.dropout).toEqual([{ layer: 'drop', use: 1, seed: 7 }]);
  const keys = new Set([...(dropoutSeeds ?? [])].filter((_, index) => index % 2 === 0));
  expect(keys.size).toBe(1);
  const drawn = await trained(global('1'), null, null);
  expect(new Set([...(drawn.dropoutSeeds ?? [])].filter((_, index) => index % 2 === 0)).size).toBe(
    drawn.losses.length,
  );
});
