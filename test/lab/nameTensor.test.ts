import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import { lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const dense = (id: string, units: number, activation: string) => ({
  id,
  kind: 'dense',
  units,
  activation,
});

/** A run that hashes its weights late, so that nothing but the losses shows a difference. */
async function trained(folder: string, name: string, environment: object): Promise<string> {
  const file = join(folder, `${name}.json`);
  const project = {
    twintrain: 'project',
    version: 1,
    name,
    architectures: [
      {
        style: 'sequential',
        inputShape: [8, 8, 1],
        layers: [
          { id: 'conv', kind: 'conv2d', filters: 8, kernelSize: [3, 3], activation: 'relu' },
          { id: 'flat', kind: 'flatten' },
          dense('output', 10, 'softmax'),
        ],
      },
    ],
    training: { batchSize: 64, epochs: 1 },
    environment,
    randomness: { regime: 'global', seed: '7' },
    engine: 'graph',
    recording: { hashesFrom: 1_000 },
    data: { kind: 'builtin', name: 'digits' },
  };
  writeFileSync(file, JSON.stringify(project));
  const { code, stdout, stderr } = await lab([
    'run',
    file,
    '--json',
    '--out',
    join(folder, 'runs'),
  ]);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { runFolder: string }).runFolder;
}

async function compared(...args: string[]): Promise<Comparison> {
  return JSON.parse((await lab(['compare', '--json', ...args])).stdout) as Comparison;
}

test('where losses diverge by arithmetic, both runs are trained again up to there and the tensor is named', async () => {
  const folder = tempFolder();
  const plain = await trained(folder, 'plain', { onednn: false });
  const other = await trained(folder, 'other', { onednn: true });
  const seen = await compared(plain, other, '--replay', 'never');
  expect(seen.firstDifference).toMatchObject({ kind: 'arithmetic', layer: null, seenIn: 'losses' });
  const named = await compared(plain, other);
  expect(named.verdict).toBe('different');
  expect(named.firstDifference?.kind).toBe('arithmetic');
  // Weights may diverge before the loss shows it, never after.
  expect(named.firstDifference?.step).toBeLessThanOrEqual(seen.firstDifference?.step ?? 0);
  expect(named.firstDifference?.step).toBeGreaterThan(0);
  expect(['conv', 'output']).toContain(named.firstDifference?.layer);
  expect(['kernel', 'bias']).toContain(named.firstDifference?.tensor);
  expect(named.environment).toContain('The oneDNN setting differs: off and on.');

  // Each step can be observed by itself, as on the machine of each run, and explained from that.
  const observed = await Promise.all(
    [plain, other].map(async (own, at) => {
      const args = ['observe', own, '--step', '1', '--json', '-o', join(folder, `observed${at}`)];
      const { code, stdout, stderr } = await lab(args);
      if (code !== 0) throw new Error(stderr);
      return (JSON.parse(stdout) as { folder: string }).folder;
    }),
  );
  const explained = await lab(['explain', ...observed, '--json']);
  expect([explained.code, JSON.parse(explained.stdout)]).toEqual([
    0,
    expect.objectContaining({
      step: 1,
      operation: expect.objectContaining({ layer: 'conv', pass: 'forward' }) as object,
      certainty: 'group',
      reason: expect.stringContaining('oneDNN') as string,
    }),
  ]);
  const far = await lab(['observe', plain, '--step', '9999']);
  expect([far.code, far.stderr]).toEqual([2, expect.stringContaining('there is no step 9999')]);

  // Trained alike they are the same; where nothing is to be repaired, that is said.
  const out = join(folder, 'repaired');
  const repair = await lab(['compare', plain, other, '--repair', '--json', '--out', out]);
  const repaired = JSON.parse(repair.stdout) as { repair: string; runFolders: string[] };
  expect([repair.code, repaired.repair]).toEqual([0, 'Train both without oneDNN']);
  expect(await compared(...repaired.runFolders)).toMatchObject({ verdict: 'exact' });
  const none = await lab(['compare', ...repaired.runFolders, '--repair']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('nothing to repair')]);

  // The same by evidence of every step.
  const loss = join(folder, 'forged');
  cpSync(plain, loss, { recursive: true });
  const losses = readFileSync(join(loss, 'losses.f32'));
  losses.writeFloatLE(0.25, 4 * 6);
  writeFileSync(join(loss, 'losses.f32'), losses);
  const forged = await compared(plain, loss);
  expect(forged.firstDifference).toMatchObject({ step: 7, layer: null });
  expect(forged.notes.join()).toContain(
    'the second run is not reproducible here: its arithmetic differs at step 7.',
  );
});
