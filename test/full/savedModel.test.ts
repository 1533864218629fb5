import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kerasFile } from '../../electron/saving/kerasFile';
import { lab } from '../helpers/lab';
import { pinnedKeras } from '../helpers/keras/pinnedKeras';
import { projectFile } from '../helpers/projectFile';
import { farthestApart, savedCases } from '../helpers/savedCases';
import { tempFolder } from '../helpers/tempFolder';

const root = join(import.meta.dirname, '../..');

test('every layer kind is saved as a SavedModel, and TensorFlow outputs the same', async () => {
  const python = await pinnedKeras('tensorflow');
  const folder = tempFolder();
  const cases = savedCases(0);
  const asked: object[] = [];
  for (const [at, { architecture, weights, inputs }] of cases.entries()) {
    const path = join(folder, `${at}.keras`);
    writeFileSync(path, await kerasFile(architecture, weights, new Date(0)));
    asked.push({ path, folder: join(folder, `${at}`), inputs });
  }
  // And as the command makes it, of a run.
  const project = projectFile(folder, {
    architectures: [
      {
        style: 'sequential',
        inputShape: [4],
        layers: [{ id: 'output', kind: 'dense', units: 3, activation: 'softmax' }],
      },
    ],
    training: { epochs: 1 },
  });
  expect((await lab(['run', project, '--out', join(folder, 'runs')])).code).toBe(0);
  const run = join(folder, 'runs/own/sequential');
  const made = join(folder, 'made');
  const save = await lab(['save', run, '--format', 'savedmodel', '-o', made, '--json'], {
    env: { ...process.env, TWINTRAIN_KERAS_PYTHON: python },
  });
  expect([save.code, save.code === 0 ? '' : save.stderr]).toEqual([0, '']);
  const zeros = { name: 'input', shape: [1, 4], values: [0, 0, 0, 0] };
  asked.push({ path: null, folder: made, inputs: [zeros] });

  const { stdout, stderr, status } = spawnSync(
    python,
    ['-B', join(root, 'test/helpers/saving/saved_models.py')],
    {
      input: JSON.stringify(asked),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: {
        PATH: process.env['PATH'],
        KERAS_BACKEND: 'tensorflow',
        TF_CPP_MIN_LOG_LEVEL: '3',
        TWINTRAIN_KERAS: join(root, 'electron/engines/keras/python'),
      },
    },
  );
  expect([status, status === 0 ? '' : stderr.slice(-2_000)]).toEqual([0, '']);
  const loaded = JSON.parse(stdout) as { outputs?: number[]; error?: string }[];
  for (const [at, { name, outputs }] of cases.entries()) {
    const own = loaded[at] ?? {};
    expect([name, own.error]).toEqual([name, undefined]);
    expect([name, farthestApart(outputs, own.outputs ?? []) < 1e-6]).toEqual([name, true]);
  }
  expect(loaded.at(-1)?.outputs).toHaveLength(3);
});
