import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { casesOfRun, isFull } from '../../../build/fullTests.mjs';
import { npyBytes } from '../../../electron/data/npyBytes';
import { readRun } from '../../../electron/runs/readRun';
import { asSubclass } from '../../../shared/architecture/architecture';
import { kerasBackends, type KerasBackend } from '../../../shared/engines/keras';
import type { ProtocolResult } from '../../../shared/protocols/protocolResult';
import { normal } from '../../../shared/random/distributions';
import { streamFor } from '../../../shared/random/streams';
import type { Comparison } from '../../../shared/runs/divergence/compareRuns';
import { distFolder, lab } from '../../helpers/lab';
import { pinnedKeras } from '../../helpers/keras/pinnedKeras';
import { tempFolder } from '../../helpers/tempFolder';

const root = join(distFolder, '..');
/** The other backends are large to install, and every process takes seconds to load Keras. */
const backends: readonly KerasBackend[] = isFull ? kerasBackends : ['jax'];
const chosen = isFull ? [1, 2, 3, 4, 5, 6, 7] : [2];

const ROWS = 50;
const soft = { id: 'output', kind: 'dense', units: 3, activation: 'softmax' };
const networks: Readonly<Record<string, { inputShape: number[]; layers: object[] }>> = {
  dense: { inputShape: [6], layers: [{ id: 'hidden', kind: 'dense', units: 8 }] },
  dropout: {
    inputShape: [6],
    layers: [
      { id: 'hidden', kind: 'dense', units: 8, activation: 'relu' },
      { id: 'drop', kind: 'dropout', rate: 0.4 },
    ],
  },
  'batch normalisation': {
    inputShape: [6, 6, 2],
    layers: [
      { id: 'conv', kind: 'conv2d', filters: 3, kernelSize: [3, 3], activation: 'linear' },
      { id: 'norm', kind: 'batchNormalization' },
      { id: 'relu', kind: 'activation' },
      { id: 'flat', kind: 'flatten' },
    ],
  },
  recurrent: {
    inputShape: [5, 4],
    layers: [
      { id: 'lstm', kind: 'lstm', units: 5, returnSequences: true },
      { id: 'gru', kind: 'gru', units: 4, resetAfter: true },
    ],
  },
};

interface Made {
  readonly file: string;
  readonly inputs: string;
  readonly labels: string;
}

/** A project on made-up arrays, in both styles or one. */
function project(
  folder: string,
  name: string,
  change: object = {},
  only?: 'sequential' | 'subclass',
): Made {
  const { inputShape, layers } = networks[name] as (typeof networks)[string];
  const sequential = { style: 'sequential', inputShape, layers: [...layers, soft] } as const;
  const draw = streamFor('rows', { purpose: 'shuffle', epoch: 0 });
  const size = inputShape.reduce((product, own) => product * own, 1);
  const values = Float32Array.from({ length: ROWS * size }, () => normal(draw));
  mkdirSync(folder, { recursive: true });
  const [inputs, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')] as const;
  writeFileSync(inputs, npyBytes('<f4', [ROWS, ...inputShape], values));
  writeFileSync(
    labels,
    npyBytes(
      '<i4',
      [ROWS],
      Int32Array.from({ length: ROWS }, (_, row) => (row * 7) % 3),
    ),
  );
  const file = join(folder, 'project.json');
  writeFileSync(
    file,
    JSON.stringify({
      twintrain: 'project',
      version: 1,
      name: 'own',
      architectures: [sequential, asSubclass(sequential as never)].filter(
        ({ style }) => style === (only ?? style),
      ),
      training: {
        optimiser: { kind: 'adam', learningRate: 0.01 },
        batchSize: 8,
        epochs: 3,
        validationSplit: 0.2,
        metrics: ['accuracy'],
      },
      randomness: { regime: 'global', seed: '5' },
      data: { kind: 'npy', path: 'x.npy', labels: 'y.npy' },
      ...change,
    }),
  );
  return { file, inputs, labels };
}

interface RunLine {
  readonly style: string;
  readonly runFolder: string;
  readonly status: string;
  readonly steps: number;
  readonly validation: Readonly<Record<string, number>>;
}

async function run(file: string, engine: string, out: string): Promise<RunLine[]> {
  const { code, stdout, stderr } = await lab([
    'run',
    file,
    '--engine',
    engine,
    '--json',
    '--out',
    out,
  ]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunLine);
}

test.each(backends)(
  'the article on Keras with %s: verdicts, controls and causes are those of the table',
  async (backend) => {
    const folder = tempFolder();
    const words = ['--engine', `keras-${backend}`, '--epochs', '2', '--out', folder, '--json'];
    const { code, stdout, stderr } = await lab(['article', ...words, '--protocols', chosen.join()]);
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ProtocolResult);
    expect([stderr.includes('rror'), code]).toEqual([false, 0]);
    for (const {
      protocol,
      verdict,
      expected,
      controls,
      cause,
      engine,
      firstDifference,
    } of results) {
      expect([protocol, verdict]).toEqual([protocol, expected]);
      // A style differs from itself just as much.
      expect([protocol, controls]).toEqual([
        protocol,
        { sequential: expected, subclass: expected },
      ]);
      expect([protocol, cause]).toEqual([protocol, expected === 'exact' ? 'none' : 'order']);
      expect(engine).toMatchObject({ name: `keras-${backend}`, keras: '3.15.1' });
      if (protocol === 1) expect(firstDifference?.kind).toBe('initial-weights');
      else if (expected === 'different') expect(firstDifference?.kind).toBe('batch-order');
    }
    // What is offered as the repair is one: where the article's fails, another holds.
    const repairs = { jax: [3, 3], tensorflow: [2], torch: [7, 7, 7] } as const;
    const offered = results.flatMap(({ repair }) => repair?.protocol ?? []);
    expect(offered).toEqual(isFull ? repairs[backend] : [3]);
    const table = {
      jax: ['different', 'different', 'exact', 'exact', 'exact', 'exact', 'exact'],
      tensorflow: ['different', 'exact', 'exact', 'exact', 'exact', 'exact', 'exact'],
      torch: ['different', 'different', 'different', 'exact', 'exact', 'exact', 'exact'],
    } as const;
    expect(results.map(({ verdict }) => verdict)).toEqual(
      chosen.map((protocol) => table[backend][protocol - 1]),
    );

    // Its runs go into a bundle that both verifiers find clean.
    const bundle = join(folder, 'b.zip');
    const runs = results[0]?.runFolders ?? [];
    expect((await lab(['export', ...runs, '-o', bundle])).code).toBe(0);
    expect(await lab(['verify', bundle])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No findings.') as string,
    });
    const unpacked = join(folder, 'b');
    spawnSync('python3', ['-m', 'zipfile', '-e', bundle, unpacked]);
    const byPython = spawnSync('python3', ['verify.py', '--json'], {
      cwd: unpacked,
      encoding: 'utf8',
    });
    expect(JSON.parse(byPython.stdout)).toMatchObject({ findings: [] });
  },
);

test.runIf(isFull).each(backends)(
  'with dropout only what seeds its generator as well repairs, and just that is expected and offered: %s',
  async (backend) => {
    const folder = tempFolder();
    const { file } = project(folder, 'dropout');
    const words = ['--engine', `keras-${backend}`, '--epochs', '1', '--out', folder, '--json'];
    const { code, stdout } = await lab([
      'article',
      '--project',
      file,
      ...words,
      '--protocols',
      '2,3,7',
    ]);
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ProtocolResult);
    expect(
      results.map(({ protocol, verdict, repair }) => [protocol, verdict, repair?.protocol ?? null]),
    ).toEqual([
      [2, 'different', 7],
      [3, 'different', 7],
      [7, 'exact', null],
    ]);
    expect(results.every(({ verdict, expected }) => verdict === expected)).toBe(true);
    expect(code).toBe(0);
  },
);

/** Every network on every backend, the styles in turn; one of them is daily. */
const fits = casesOfRun(
  kerasBackends.flatMap((backend, row) =>
    Object.keys(networks).map(
      (name, column) =>
        [backend, name, (['sequential', 'subclass'] as const)[(row + column) % 2]] as const,
    ),
  ),
  ([backend, name]) => backend === 'jax' && name === 'dropout',
);

test.each(fits)('recording changes no bit of a fit on %s: %s, %s', async (backend, name, only) => {
  const folder = tempFolder();
  const { file, inputs, labels } = project(folder, name, {}, only);
  const lines = await run(file, `keras-${backend}`, join(folder, 'runs'));
  expect(lines).toHaveLength(1);
  for (const { style, runFolder, steps, status, validation } of lines) {
    expect([status, steps]).toEqual(['finished', 15]);
    expect(Object.keys(validation)).toEqual(['loss', 'accuracy']);
    const source = (await lab(['source', file, '--style', style])).stdout;
    const given = {
      source,
      seed: 5,
      inputs,
      targets: labels,
      inputShape: networks[name]?.inputShape,
      batchSize: 8,
      epochs: 3,
      rows: 40,
    };
    const plain = spawnSync(
      await pinnedKeras(backend),
      [join(root, 'test/helpers/keras/plain_fit.py')],
      {
        input: JSON.stringify(given),
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          KERAS_BACKEND: backend,
          PYTHONHASHSEED: '0',
          OMP_NUM_THREADS: '1',
          OPENBLAS_NUM_THREADS: '1',
          TF_ENABLE_ONEDNN_OPTS: '0',
          TF_NUM_INTRAOP_THREADS: '1',
          TF_NUM_INTEROP_THREADS: '1',
          TF_DETERMINISTIC_OPS: '1',
          TF_CPP_MIN_LOG_LEVEL: '3',
        },
      },
    );
    expect([plain.status, plain.status === 0 ? '' : plain.stderr]).toEqual([0, '']);
    const { finalWeights, losses, orders, orderOf } = readRun(runFolder);
    expect(finalWeights?.map(({ sha256 }) => sha256).sort()).toEqual(
      Object.values(JSON.parse(plain.stdout) as Record<string, string>).sort(),
    );
    expect(losses.every((loss) => loss > 0)).toBe(true);
    // Every epoch has an order of all its rows.
    expect(orders.map(({ epoch, firstStep, rows }) => [epoch, firstStep, rows])).toEqual([
      [1, 1, 40],
      [2, 6, 40],
      [3, 11, 40],
    ]);
    expect([...(orderOf(2) ?? [])].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, row) => row),
    );
  }
});

test.each(casesOfRun(kerasBackends, (backend) => backend === 'jax'))(
  'from the same weights and orders Keras on %s and TensorFlow.js have the same losses, and differ by arithmetic alone',
  async (backend) => {
    const folder = tempFolder();
    const { file } = project(folder, 'recurrent', {
      training: { optimiser: { kind: 'sgd', learningRate: 0.05 }, batchSize: 8, epochs: 5 },
      randomness: { regime: 'controlled', seed: '5' },
    });
    const [here] = await run(file, 'eager', join(folder, 'here'));
    const there = await run(file, `keras-${backend}`, join(folder, 'there'));
    const own = readRun(here?.runFolder ?? '');
    for (const { runFolder } of there) {
      const other = readRun(runFolder);
      expect(other.losses).toHaveLength(35);
      const far = own.losses.map(
        (loss, step) => Math.abs(loss - (other.losses[step] ?? NaN)) / loss,
      );
      expect(Math.max(...far)).toBeLessThan(1e-6);
      const compared = await lab(['compare', here?.runFolder ?? '', runFolder, '--json']);
      const comparison = JSON.parse(compared.stdout) as Comparison;
      expect(comparison).toMatchObject({ initialWeightsEqual: true, batchOrderEqual: true });
      if (comparison.verdict === 'different') {
        expect(comparison.firstDifference?.kind).toBe('arithmetic');
        expect(comparison.environment[0]).toBe(`The engine differs: eager and keras-${backend}.`);
      }
    }
    // The two styles give the same run.
    const pair = await lab(['compare', ...there.map(({ runFolder }) => runFolder)]);
    expect(pair).toMatchObject({ code: 0 });
  },
);

test.skipIf(isFull)(
  'a Python that the user names is used as it is, or refused with a message',
  async () => {
    const { file } = project(tempFolder(), 'dense');
    const named = async (python: string) => {
      const words = ['run', file, '--engine', 'keras-jax', '--json', '--out', tempFolder()];
      return lab(words, { env: { ...process.env, TWINTRAIN_KERAS_PYTHON: python } });
    };
    const own = await named(await pinnedKeras('jax'));
    expect([own.code, own.stderr.includes('nstall')]).toEqual([0, false]);
    const bare = await named('/usr/bin/env');
    expect(bare).toMatchObject({ code: 1, stdout: '' });
    expect(bare.stderr).toMatch(
      /env cannot train with Keras on jax.*unset TWINTRAIN_KERAS_PYTHON/s,
    );
  },
);

test.runIf(isFull)(
  'a Keras run that is killed leaves a readable folder, and is trained again to the same bits',
  async () => {
    const folder = tempFolder();
    const { file } = project(folder, 'dropout', {
      training: { batchSize: 8, epochs: 400, metrics: ['accuracy'] },
    });
    const child = spawn(process.execPath, [
      `${distFolder}/electron/lab.cjs`,
      'run',
      file,
      '--engine',
      'keras-jax',
      '--out',
      join(folder, 'runs'),
    ]);
    const ended = new Promise((resolve) => child.on('close', resolve));
    const own = join(folder, 'runs/own/sequential');
    const losses = join(own, 'losses.f32');
    while (!existsSync(losses) || statSync(losses).size < 400) await setTimeout(10);
    const { pid } = JSON.parse(readFileSync(join(own, 'lock.json'), 'utf8')) as {
      readonly pid: number;
    };
    process.kill(pid, 'SIGKILL');
    await setTimeout(300);
    child.kill('SIGINT');
    await ended;
    const broken = readRun(own);
    expect(broken.outcome).toBeNull();
    expect(broken.losses.length).toBeGreaterThanOrEqual(100);
    expect(broken.orders.length * 7).toBeGreaterThanOrEqual(broken.losses.length);

    const resumed = await lab(['resume', join(folder, 'runs/own'), '--json']);
    expect(resumed.code).toBe(0);
    const whole = readRun(own);
    expect([whole.outcome?.status, whole.losses.length]).toEqual(['finished', 2_800]);
    expect(whole.losses.slice(0, broken.losses.length)).toEqual(broken.losses);
  },
);
