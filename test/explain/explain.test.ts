import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Explanation } from '../../shared/explain/explanation';
import { Planted } from '../helpers/explain/planted';
import { lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

/** All of them are in the campaign, with many networks; here one of each kind. */
const at = (seed: number) => new Planted(join(tempFolder(), 'case'), seed);

test('a weight off by one ULP, swapped rows, another seed and another epsilon are named with their step', async () => {
  expect(await at(0).weight()).toMatchObject({ problem: null });
  expect(await at(1).rows()).toMatchObject({ problem: null });
  expect(await at(36).seeds()).toMatchObject({ problem: null });
  expect(await at(2).epsilon()).toMatchObject({ problem: null });
});

test('an operation that computes something else is named: kind, layer, use and pass', async () => {
  for (const seed of [3, 26]) {
    expect(await at(seed).operation()).toMatchObject({ problem: null });
  }
});

test('where a step leaves equal weights but another optimiser state, that step is named, not the next', async () => {
  // Two rows swapped in step 2 show in the weights only after step 3.
  expect(await at(200).rows()).toMatchObject({ problem: null });
});

test('in a long run the step is found by short trainings from states between its hashes', async () => {
  expect(await at(5).lateRate(1_778)).toMatchObject({ problem: null });
  // Hundreds of steps are trained several times, on machines that do other things as well.
});

test('of equal runs, in both styles, nothing is named', async () => {
  expect(await at(6).nothing('eager')).toMatchObject({ problem: null });
  expect(await at(7).nothing('graph')).toMatchObject({ problem: null });
});

test('a step compiled by XLA is looked into, and named as a group where it is one', async () => {
  const large = new Planted(join(tempFolder(), 'case'), 0, true);
  expect(await large.environment('xla')).toMatchObject({ problem: null });
});

test('lab explain says in one object where oneDNN parts from plain kernels; equal runs exit with 1', async () => {
  const folder = tempFolder();
  const layers = [
    { id: 'conv', kind: 'conv2d', filters: 8, kernelSize: [3, 3], activation: 'relu' },
    { id: 'flat', kind: 'flatten' },
    { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
  ];
  const trained = async (name: string, environment: object) => {
    const project = {
      twintrain: 'project',
      version: 1,
      name,
      architectures: [{ style: 'sequential', inputShape: [8, 8, 1], layers }],
      training: { epochs: 1, batchSize: 256 },
      environment,
      engine: 'eager',
      randomness: { regime: 'controlled', seed: '1' },
      data: { kind: 'builtin', name: 'digits' },
    };
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(project));
    const { stdout } = await lab(['run', file, '--out', join(folder, name), '--json']);
    return (JSON.parse(stdout) as { runFolder: string }).runFolder;
  };
  const plain = await trained('plain', {});
  const mkl = await trained('mkl', { onednn: true });
  const { code, stdout } = await lab(['explain', plain, mkl, '--json']);
  expect(code).toBe(0);
  const explanation = JSON.parse(stdout) as Explanation;
  expect(explanation).toMatchObject({
    step: 1,
    operation: { op: 'Conv2D', layer: 'conv', call: 1, pass: 'forward', inputsEqual: true },
    reason: expect.stringContaining('oneDNN') as string,
    certainty: 'operation',
  });
  expect(explanation.operation.entries).toBe(256 * 6 * 6 * 8);
  expect(explanation.operation.differing).toBeGreaterThan(0);
  expect(explanation.path[0]).toBe('forward conv Conv2D');

  const same = await lab(['explain', plain, await trained('again', {})]);
  expect([same.code, same.stdout]).toEqual([1, 'Nothing that both recorded differs.\n']);
  // A layer that is set otherwise is named with the operation that it shows in.
  layers[0] = { ...layers[0], activation: 'tanh' } as (typeof layers)[0];
  const set = await lab(['explain', plain, await trained('set', {})]);
  expect([set.code, set.stdout]).toEqual([
    0,
    expect.stringMatching(/^The networks differ: activation of conv.* of conv in the forward pass/),
  ]);
  // Where the weights are others, that is the cause; other operations would be no finding.
  layers.splice(1, 0, { id: 'more', kind: 'conv2d', filters: 8, kernelSize: [1, 1] } as never);
  const other = await lab(['explain', plain, await trained('other', {})]);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('The networks differ')]);
  const none = await lab(['explain', plain, join(folder, 'none')]);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('There is no run folder')]);
});
