import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { npyBytes } from '../../electron/data/npyBytes';
import { npyDataset } from '../../electron/data/npyDataset';
import { seriesDataset } from '../../electron/data/seriesDataset';
import { readRun } from '../../electron/runs/readRun';
import { templates, type Template } from '../../shared/architecture/templates';
import { kerasPython } from '../helpers/keras/realKeras';
import { lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';

const template = templates.find(({ data }) => data === 'series') as Template;

function writeProject(folder: string, change: object = {}): string {
  return projectFile(folder, {
    name: 'Numbers',
    architectures: [template.sequential, template.subclass],
    training: { ...template.training, metrics: ['meanAbsoluteError'], validationSplit: 0.25 },
    randomness: { regime: 'controlled', seed: '1' },
    data: { kind: 'builtin', name: 'series' },
    ...change,
  });
}

async function runFolder(file: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await lab(['run', file, '--json', ...args]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return (JSON.parse(stdout.split('\n')[0] ?? '') as { runFolder: string }).runFolder;
}

test('numbers are predicted: Keras has the same losses, and a bundle of it verifies and replays', async () => {
  const folder = tempFolder();
  const file = writeProject(folder);
  const out = join(folder, 'out');
  const [ours, theirs] = [
    await runFolder(file, '--out', out),
    await runFolder(file, '--engine', 'keras-jax', '--out', out),
  ].map(readRun);
  const off = ours?.losses.map((own, step) => Math.abs(own / (theirs?.losses[step] ?? 0) - 1));
  expect([ours?.losses.length, theirs?.losses.length]).toEqual([18, 18]);
  expect(Math.max(...(off ?? [1]))).toBeLessThan(2e-6);
  expect(ours?.manifest.data).toMatchObject({ classes: [], targets: 28 });

  const bundle = join(folder, 'b.zip');
  expect((await lab(['export', join(out, 'Numbers'), '-o', bundle])).code).toBe(0);
  expect((await lab(['verify', bundle])).stdout).toContain('No findings.');
  const unpacked = join(folder, 'b');
  spawnSync('python3', ['-m', 'zipfile', '-e', bundle, unpacked]);
  const byPython = spawnSync('python3', ['verify.py', '--json', bundle], {
    cwd: unpacked,
    encoding: 'utf8',
  });
  expect(JSON.parse(byPython.stdout)).toMatchObject({ findings: [] });
  const replay = await lab(['replay', bundle, '--out', join(folder, 'replay')]);
  expect([replay.code, replay.stdout]).toEqual([0, expect.stringContaining('Replay: exact')]);
  // The numbers are those that NumPy finds, in the bundle's own arrays.
  const script = `
import glob, numpy as np
x, y = (np.load(glob.glob(f"data/*/{name}.npy")[0]) for name in ("inputs", "labels"))
means = np.stack([np.convolve(row, np.ones(5) / 5, "valid") for row in x.reshape(64, 32)])
print(y.shape, y.dtype, np.abs(means - y).max() < 1e-6, abs(x.mean()) < 0.1, abs(x.std() - 1) < 0.1)
`;
  const numpy = spawnSync(await kerasPython(), ['-c', script], { cwd: unpacked, encoding: 'utf8' });
  expect(numpy.stdout.trim()).toBe('(64, 28) float32 True True True');
});

test.each([
  [
    'cross-entropy',
    { training: {} },
    /Categorical crossentropy does not go with the data, which has numbers to predict.*mean squared error/s,
  ],
  [
    'accuracy',
    { training: { loss: 'meanSquaredError', metrics: ['accuracy'] } },
    /Accuracy does not go with the data.*Choose other metrics/s,
  ],
  [
    'a share of every class',
    {
      training: {
        loss: 'meanSquaredError',
        validationSplit: 0.2,
        validationFrom: 'stratified',
      },
    },
    /Hold out the last rows/,
  ],
])('numbers to predict do not go with %s', async (_, change, words) => {
  const { code, stderr } = await lab(['run', writeProject(tempFolder(), change)]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
});

test('a CSV column and an array are read as numbers where they are asked for as such', async () => {
  const folder = tempFolder();
  const read = (text: string, target?: 'number') => {
    const path = join(folder, 'f.csv');
    writeFileSync(path, text);
    const source = { kind: 'csv', path, label: 'y', standardise: false } as const;
    return loadDataset(target === undefined ? source : { ...source, target }, '', {
      cacheFolder: join(folder, 'cache'),
    });
  };
  const csv = 'x,y\n1,0.5\n2,-3\n4,1e3\n';
  const table = await read(csv, 'number');
  expect([[...(table.numbers ?? [])], table.classes, table.labels.length]).toEqual([
    [0.5, -3, 1000],
    [],
    0,
  ]);
  // The same rows as classes are other data.
  expect((await read(csv)).sha256).not.toBe(table.sha256);
  await expect(read('x,y\n1,0.5\n2,high\n', 'number')).rejects.toThrow('f.csv, line 3, column "y"');

  const rows = { name: 'x.npy', bytes: npyBytes('<f4', [3, 2], new Float32Array(6)) };
  const two = new Float32Array([1, 2, 3, 4, 5, 6]);
  const wide = npyDataset(
    { inputs: [rows], labels: { name: 'y.npy', bytes: npyBytes('<f4', [3, 2], two) } },
    { standardise: false, target: 'number' },
  );
  expect([...(wide.numbers ?? [])]).toEqual([...two]);
  const bad = { name: 'y.npy', bytes: npyBytes('<f4', [3], new Float32Array([1, NaN, 2])) };
  expect(() =>
    npyDataset({ inputs: [rows], labels: bad }, { standardise: false, target: 'number' }),
  ).toThrow('y.npy, row 2: NaN is not');
  const short = { name: 'y.npy', bytes: npyBytes('<f4', [2], new Float32Array(2)) };
  expect(() =>
    npyDataset({ inputs: [rows], labels: short }, { standardise: false, target: 'number' }),
  ).toThrow('has shape [2]');
  // The built-in series are the same in every version.
  expect(seriesDataset().sha256).toMatchInlineSnapshot(
    `"392f55eac65aabd73c553111810562f42be8894d140cd17441a8957eb31edd96"`,
  );
});
