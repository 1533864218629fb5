import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModelFile } from '../../electron/source/readModelFile';
import { makeModel } from '../../electron/engines/tfjs/models/makeModel';
import { npyBytes } from '../../electron/data/npyBytes';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { sizeOf } from '../../shared/architecture/shape';
import type { Project } from '../../shared/training/projectFile';
import type { Architecture } from '../../shared/architecture/architecture';
import type { NamedTensor } from '../../shared/runs/safetensors';
import { kerasPython } from '../helpers/keras/realKeras';
import { lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const folder = mkdtempSync(join(tmpdir(), 'twintrain-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let answers: Readonly<
  Record<string, { readonly inputs: readonly number[]; readonly outputs: readonly number[] }>
>;

let kerasExecutable = '';
beforeAll(async () => {
  const python = await kerasPython();
  kerasExecutable = python;
  const { status, stderr } = spawnSync(
    python,
    [join(import.meta.dirname, '../helpers/keras/make_models.py'), folder],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu' },
    },
  );
  if (status !== 0) throw new Error(stderr.slice(-3_000));
  answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as typeof answers;
});

/** The network's outputs here with these weights. */
function answered(
  architecture: Architecture,
  weights: readonly NamedTensor[],
  inputs: readonly number[],
): number[] {
  const model = makeModel(architecture, { regime: 'controlled', seed: '1' });
  try {
    model.ensureBuilt();
    const byName = new Map(weights.map((own) => [own.name, own]));
    for (const { layer, role, variable } of model.weights()) {
      const own = byName.get(`${layer}/${role}`);
      if (own === undefined) throw new Error(`${layer}/${role} is missing`);
      tf.tidy(() => variable.assign(tf.tensor(own.values, [...own.shape])));
    }
    return tf.tidy(() => [
      ...model.predict(tf.tensor([...inputs], [2, ...architecture.inputShape])).dataSync(),
    ]);
  } finally {
    model.dispose();
  }
}

test('usual models come in from JSON, .keras and .h5, and give the same outputs as in Keras', async () => {
  for (const [name, { inputs, outputs }] of Object.entries(answers)) {
    const json = await readModelFile(join(folder, `${name}.json`));
    // What adapt() set is not in JSON, which is said.
    const leftOut = name === 'adapted' ? [expect.stringContaining('mean and variance')] : [];
    expect([name, json.imported]).toEqual([name, expect.objectContaining({ leftOut })]);
    for (const extension of ['keras', 'h5']) {
      const { imported, weights } = await readModelFile(join(folder, `${name}.${extension}`));
      if ('unsupported' in imported) throw new Error(`${name}: ${imported.unsupported.join()}`);
      expect([name, extension, imported.leftOut]).toEqual([name, extension, []]);
      const far = answered(imported.architecture, weights, inputs).map((value, index) =>
        Math.abs(value - (outputs[index] ?? NaN)),
      );
      expect([name, extension, far.length]).toEqual([name, extension, outputs.length]);
      expect([name, extension, Math.max(...far) < 2e-6]).toEqual([name, extension, true]);
    }
  }
});

test('a chain is a stack in either form, a branched graph a subclass, and seeds are kept', async () => {
  const styleOf = async (name: string) => {
    const { imported } = await readModelFile(join(folder, `${name}.json`));
    return 'architecture' in imported ? imported.architecture.style : null;
  };
  expect(await styleOf('linear_functional')).toBe('sequential');
  expect(await styleOf('residual')).toBe('subclass');
  const { imported } = await readModelFile(join(folder, 'logits.json'));
  expect(imported).toMatchObject({ architecture: { layers: [{ kernelSeed: 3 }, {}] } });
});

test.each([
  ['transformer', 20],
  ['u_net', null],
  ['twins', null],
  ['transfer', null],
  ['siamese', null],
  ['mobilenet', null],
] as const)(
  '%s is imported in two styles, which train to the same bits',
  async (name, vocabulary) => {
    const out = tempFolder();
    const path = join(out, 'own.twintrain');
    expect((await lab(['import', join(folder, `${name}.keras`), '-o', path])).code).toBe(0);
    const project = JSON.parse(readFileSync(path, 'utf8')) as Project;
    const { architectures, training } = project;
    const rows = 24;
    const { inputShape } = architectures[0] as Architecture;
    const { calls } = forwardPlan(architectures[0] as Architecture);
    const classes = Math.max(2, calls.at(-1)?.output[0] ?? 1);
    const inputs = Float32Array.from({ length: rows * sizeOf(inputShape) }, (_, at) =>
      vocabulary === null ? Math.sin(at * 1.7) : (at * 7) % vocabulary,
    );
    const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
    writeFileSync(join(out, 'x.npy'), npyBytes('<f4', [rows, ...inputShape], inputs));
    writeFileSync(join(out, 'y.npy'), npyBytes('<i4', [rows], labels));
    const data = { kind: 'npy', path: 'x.npy', labels: 'y.npy', standardise: false };
    const own = { ...project, data, training: { ...training, batchSize: 8, epochs: 2 } };
    writeFileSync(path, JSON.stringify(own));
    const { code, stdout } = await lab(['run', path, '--out', join(out, 'runs')]);
    expect(code).toBe(0);
    expect(stdout).toContain('exact: All 6 steps are equal');
    expect(stdout).toContain('functional: finished');
  },
);

test('lab import writes a project that trains from the weights of the model', async () => {
  const out = tempFolder();
  const project = join(out, 'own.twintrain');
  const { code, stdout } = await lab([
    'import',
    join(folder, 'mlp.keras'),
    '-o',
    project,
    '--json',
  ]);
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { style: 'sequential', weights: 'own.weights.safetensors', leftOut: [], fromLogits: false },
  ]);
  const run = await lab(['run', project, '--json', '--out', join(out, 'runs')]);
  expect(run.code).toBe(0);
  // Both styles, one after the other in the same order.
  const [first = '', second = ''] = run.stdout.trim().split('\n');
  const { runFolder, finalLoss } = JSON.parse(first) as { runFolder: string; finalLoss: number };
  expect(JSON.parse(second)).toMatchObject({ style: 'subclass', finalLoss });
  const { weights } = await readModelFile(join(folder, 'mlp.keras'));
  const recorded = readFileSync(join(runFolder, 'initial-weights.safetensors'));
  for (const { values } of weights) {
    expect(
      recorded.includes(Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
    ).toBe(true);
  }
  // The bundle includes the weights, and a replay starts from them.
  const bundle = join(out, 'own.zip');
  expect((await lab(['export', join(out, 'runs'), '-o', bundle])).code).toBe(0);
  const replay = await lab(['replay', bundle, '--json', '--out', join(out, 'again')]);
  expect([replay.code, replay.stdout]).toEqual([0, expect.stringContaining('"exact"')]);
  // Without them nothing is drawn in their place.
  rmSync(join(out, 'own.weights.safetensors'));
  const lost = await lab(['run', project, '--out', join(out, 'lost')]);
  expect([lost.code, lost.stdout + lost.stderr]).toEqual([
    2,
    expect.stringContaining('The weights to start from'),
  ]);
});

test('how a model was compiled is listed as left out, in every format', () => {
  const own = tempFolder();
  const python = `
import keras, sys
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation='softmax')])
sgd = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
model.compile(sgd, 'categorical_crossentropy', metrics=['accuracy'])
open(sys.argv[1] + '/compiled.json', 'w').write(model.to_json())
model.save(sys.argv[1] + '/compiled.keras')
# Takes the optimiser out of what to_json() gives afterwards.
model.save(sys.argv[1] + '/compiled.h5')
`;
  const ran = spawnSync(kerasExecutable, ['-c', python, own], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu' },
  });
  expect([ran.status, ran.stderr.includes('Error')]).toEqual([0, false]);
  return Promise.all(
    ['keras', 'h5', 'json'].map(async (form) => {
      const { imported } = await readModelFile(join(own, `compiled.${form}`));
      expect([form, 'leftOut' in imported && imported.leftOut]).toEqual([
        form,
        [
          expect.stringMatching(
            /compiled \(optimiser SGD\(learning_rate 0\.05, .*\), loss .*metrics accuracy/,
          ),
        ],
      ]);
    }),
  );
});

test('logits are trained as logits, and a note says so', async () => {
  const out = tempFolder();
  const file = join(out, 'logits.twintrain');
  const { stdout } = await lab(['import', join(folder, 'logits.json'), '-o', file]);
  expect(stdout).toContain('the loss takes logits');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ training: { fromLogits: true } });
});

test.each<[string, string | Buffer, string]>([
  ['weights.h5', Buffer.from('\u0089HDF\r\n\u001a\n', 'latin1'), 'HDF5'],
  ['other.keras', Buffer.from('PK\u0003\u0004none'), 'not a readable zip'],
  ['empty.json', '', 'line 1'],
  ['text.json', '"{ no json"', 'not a model'],
  ['project.json', '{"twintrain": "project"}', 'a Twintrain project'],
])('what is not a model is refused by name: %s', async (name, content, words) => {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  const { code, stderr } = await lab(['import', path, '-o', `${path}.twintrain`]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  expect(existsSync(`${path}.twintrain`)).toBe(false);
});

test('there are models of every kind', () => {
  expect(readdirSync(folder).filter((name) => name.endsWith('.keras')).length).toBe(32);
});
