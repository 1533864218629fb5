import { join } from 'node:path';
import { expect, test } from 'vitest';
import { article, lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';

const output = { id: 'output', kind: 'dense', units: 10, activation: 'softmax' };
const convolutional = {
  style: 'sequential',
  inputShape: [8, 8, 1],
  layers: [
    { id: 'conv', kind: 'conv2d', filters: 4, kernelSize: [3, 3], activation: 'relu' },
    { id: 'norm', kind: 'batchNormalization' },
    { id: 'flat', kind: 'flatten' },
    { id: 'drop', kind: 'dropout', rate: 0.2 },
    output,
  ],
};
const residual = {
  style: 'subclass',
  inputShape: [64],
  members: [
    { id: 'entry', kind: 'dense', units: 8, activation: 'relu' },
    { id: 'branch', kind: 'dense', units: 8, kernelInitialiser: 'lecunNormal' },
    { id: 'drop', kind: 'dropout', rate: 0.2 },
    { id: 'sum', kind: 'add' },
    output,
  ],
  calls: [
    { name: 'entry', layer: 'entry', inputs: ['input'] },
    { name: 'branch', layer: 'branch', inputs: ['entry'] },
    { name: 'drop', layer: 'drop', inputs: ['branch'] },
    { name: 'sum', layer: 'sum', inputs: ['entry', 'drop'] },
    { name: 'output', layer: 'output', inputs: ['sum'] },
  ],
};

function project(folder: string, architectures: readonly object[]): string {
  return projectFile(folder, {
    architectures,
    training: {
      batchSize: 256,
      epochs: 1,
      validationSplit: 0.1,
      schedule: { kind: 'cosineDecay', decaySteps: 20 },
    },
    randomness: { regime: 'controlled', seed: 'own' },
    data: { kind: 'builtin', name: 'digits' },
  });
}

test("any project runs under the protocols, with controls and cause, as the article's network does", async () => {
  const folder = tempFolder();
  const file = project(folder, [convolutional]);
  const { code, results } = await article([
    ...['--project', file, '--protocols', 'all', '--out', join(folder, 'runs')],
  ]);
  expect(
    results.map(({ protocol, verdict, controls, cause, seed, steps }) => [
      protocol,
      verdict,
      controls.sequential,
      controls.subclass,
      cause,
      seed,
      steps,
    ]),
  ).toEqual([
    [1, 'different', 'different', 'different', 'order', 'own', 7],
    [2, 'different', 'different', 'different', 'order', 'own', 7],
    [3, 'exact', 'exact', 'exact', 'none', 'own', 7],
    [4, 'exact', 'exact', 'exact', 'none', 'own', 7],
    [5, 'different', 'exact', 'exact', 'style', 'own', 7],
    [6, 'different', 'exact', 'exact', 'style', 'own', 7],
    [7, 'exact', 'exact', 'exact', 'none', 'own', 7],
  ]);
  expect(code).toBe(0);
});

test('a graph that is not a stack is compared as a Functional, and a note says so', async () => {
  const folder = tempFolder();
  const file = project(folder, [residual]);
  const { code, results } = await article([
    ...['--project', file, '--protocols', 'all', '--seed', '9', '--out', join(folder, 'runs')],
  ]);
  expect(
    results.map(({ protocol, verdict, controls, cause }) => [
      protocol,
      verdict,
      controls.functional,
      controls.subclass,
      cause,
    ]),
  ).toEqual([
    [1, 'different', 'different', 'different', 'order'],
    [2, 'different', 'different', 'different', 'order'],
    [3, 'exact', 'exact', 'exact', 'none'],
    [4, 'exact', 'exact', 'exact', 'none'],
    [5, 'different', 'exact', 'exact', 'style'],
    [6, 'different', 'exact', 'exact', 'style'],
    [7, 'exact', 'exact', 'exact', 'none'],
  ]);
  expect(results.every(({ controls }) => controls.sequential === undefined)).toBe(true);
  expect(results.every(({ notes }) => notes[0]?.startsWith('The network is not a stack'))).toBe(
    true,
  );
  // As measured for Sequential, so it is no failure.
  expect(code).toBe(0);
});

test('an option that the project itself sets is refused', async () => {
  const folder = tempFolder();
  const file = project(folder, [convolutional]);
  const { code, stderr } = await lab(['article', '--project', file, '--hidden', '4']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--hidden')]);
});
