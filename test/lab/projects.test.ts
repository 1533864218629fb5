import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asSubclass } from '../../shared/architecture/architecture';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import { lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const network = articleNetwork(2, [6], 2);

function writeProject(folder: string, change: object = {}): string {
  const rows = Array.from(
    { length: 30 },
    (_, row) => `${row},${(row * 7) % 11},${row % 2 ? 'b' : 'a'}`,
  );
  writeFileSync(join(folder, 'rows.csv'), ['x,y,kind', ...rows, ''].join('\n'));
  const file = join(folder, 'project.json');
  const project = {
    twintrain: 'project',
    version: 1,
    name: 'Two styles',
    architectures: [network, asSubclass(network)],
    training: { optimiser: { kind: 'momentum', learningRate: 0.05 }, batchSize: 8, epochs: 2 },
    randomness: { regime: 'controlled', seed: '7' },
    data: { kind: 'csv', path: 'rows.csv', label: 'kind' },
    ...change,
  };
  writeFileSync(file, JSON.stringify(project));
  return file;
}

interface RunLine {
  readonly style: string;
  readonly runFolder: string;
  readonly status: string;
  readonly steps: number;
  readonly error: { readonly message: string } | null;
}

async function run(folder: string, change: object = {}) {
  const { code, stdout, stderr } = await lab([
    'run',
    writeProject(folder, change),
    '--json',
    '--out',
    join(folder, 'runs'),
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { code, stderr, runs: lines.map((line) => JSON.parse(line) as RunLine) };
}

test('a project trains both styles, and compare proves them equal', async () => {
  const { code, runs } = await run(tempFolder());
  expect(code).toBe(0);
  expect(runs.map(({ style, status, steps }) => [style, status, steps])).toEqual([
    ['sequential', 'finished', 8],
    ['subclass', 'finished', 8],
  ]);
  const folders = runs.map(({ runFolder }) => runFolder);
  const compared = await lab(['compare', ...folders, '--json']);
  expect(compared.code).toBe(0);
  expect(JSON.parse(compared.stdout) as Comparison).toMatchObject({
    verdict: 'exact',
    steps: 8,
    firstDifference: null,
  });
  expect((await lab(['compare', ...folders])).stdout).toMatch(/^exact: All 8 steps are equal/);
});

test('run reports how both ended and whether they are equal', async () => {
  const folder = tempFolder();
  const training = { batchSize: 8, epochs: 2, metrics: ['accuracy'], validationSplit: 0.2 };
  const file = writeProject(folder, { training });
  const { code, stdout } = await lab(['run', file, '--out', join(folder, 'runs')]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^sequential: finished after 6 steps, last loss [\d.]+\n {2}last epoch: loss [\d.]+, accuracy [\d.]+\n {2}validation: loss [\d.]+, accuracy [\d.]+\n/,
  );
  expect(stdout).toMatch(/^exact: All 6 steps are equal/m);
});

test('compare exits 1 where runs differ and says where', async () => {
  const [first, second] = [
    await run(tempFolder()),
    await run(tempFolder(), { randomness: { regime: 'controlled', seed: '8' } }),
  ];
  const folders = [first, second].map(({ runs }) => runs[0]?.runFolder ?? '');
  const { code, stdout } = await lab(['compare', ...folders]);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^different: The seeds differ: "7" and "8"\. The first recorded numbers that differ are those of the initial weights hidden1\/kernel\./,
  );
});

test.each(['sgd', 'adam', 'rmsprop', 'adagrad'])(
  '%s trains both styles to the same bits',
  async (kind) => {
    const { runs } = await run(tempFolder(), {
      training: { optimiser: { kind }, batchSize: 7, epochs: 1 },
    });
    const { code } = await lab(['compare', ...runs.map(({ runFolder }) => runFolder)]);
    expect(code).toBe(0);
  },
);

test('a layer used twice shares its weights', async () => {
  const shared = asSubclass(articleNetwork(2, [2], 2));
  const calls = [
    { name: 'once', layer: 'hidden1', inputs: ['input'] },
    { name: 'twice', layer: 'hidden1', inputs: ['once'] },
    { name: 'end', layer: 'output', inputs: ['twice'] },
  ];
  const { code, runs } = await run(tempFolder(), { architectures: [{ ...shared, calls }] });
  expect([code, runs[0]?.status]).toEqual([0, 'finished']);
});

test.each([
  [
    { architectures: [articleNetwork(2, [4], 3)] },
    'output has 3 units, but the data has 2 classes',
  ],
  [{ architectures: [articleNetwork(5, [4], 2)] }, 'takes rows of 5 features, but the data has 2'],
  [{ architectures: [network, network] }, 'has the same style twice'],
  [{ architectures: [{ ...asSubclass(network), calls: [] }] }, 'The network has no layers'],
  [
    {
      architectures: [
        { ...asSubclass(network), calls: [{ name: 'a', layer: 'ghost', inputs: ['input'] }] },
      ],
    },
    'ghost',
  ],
  [{ data: { kind: 'csv', path: 'gone.csv', label: 'kind' } }, 'There is no file'],
])('a project that does not fit is refused: %j', async (change, reason) => {
  const { code, stderr, runs } = await run(tempFolder(), change);
  expect([code, runs]).toEqual([2, []]);
  expect(stderr).toContain(reason);
});
