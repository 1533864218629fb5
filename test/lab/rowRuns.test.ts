import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { npyBytes } from '../../electron/data/npyBytes';
import { verifiedNow } from '../../electron/bundle/verify/verifiedNow';
import { readEpochs, readManifest } from '../../electron/runs/readRun';
import { lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';
import { verifiedByPython } from '../helpers/verifiedByPython';

/** A project of one style, which `lab data --into` gives its data. */
function project(
  folder: string,
  inputShape: readonly number[],
  layers: readonly object[],
  training: object,
): string {
  const architectures = [{ style: 'sequential', inputShape, layers }];
  const own = { architectures, training: { epochs: 3, batchSize: 8, ...training } };
  return projectFile(folder, own, 'p.twintrain');
}

const dense = (units: number, activation: string) => ({
  id: 'output',
  kind: 'dense',
  units,
  activation,
});

/** What lab prints about its runs, one object each. */
const printed = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);

/** Exports, verifies and replays, with the rows in the bundle and without. */
async function expectReplayed(folder: string, data: string): Promise<void> {
  for (const [how, more] of [
    ['embed', []],
    ['hash', ['--data', data]],
  ] as const) {
    const bundle = join(folder, `${how}.zip`);
    const exported = await lab(['export', join(folder, 'runs'), '-o', bundle, '--data', how]);
    expect([exported.code, exported.stderr]).toEqual([0, '']);
    expect(verifiedNow(bundle).findings).toEqual([]);
    expect(verifiedByPython([bundle])[0]?.findings).toEqual([]);
    const replay = await lab(['replay', bundle, ...more, '--out', join(folder, `replay-${how}`)]);
    expect([replay.code, replay.stdout]).toEqual([0, expect.stringContaining('Replay: exact')]);
  }
}

test('weights, groups and scaled numbers of a table are trained on, bundled and replayed', async () => {
  const folder = tempFolder();
  const csv = join(folder, 'prices.csv');
  const rows = Array.from(
    { length: 48 },
    (_, row) => `${row % 7},${100 + 25 * (row % 7)},${1 + (row % 3)},p${row % 6}`,
  );
  writeFileSync(csv, ['x,price,importance,patient', ...rows, ''].join('\n'));
  const file = project(folder, [1], [dense(1, 'linear')], {
    loss: 'meanSquaredError',
    metrics: ['meanAbsoluteError', 'r2'],
    validationSplit: 0.25,
    validationFrom: 'groups',
  });
  const roles = ['price=target', 'importance=weight', 'patient=group'];
  const read = await lab([
    ...['data', csv, '--into', file, '--json', '--target', 'number'],
    ...roles.flatMap((role) => ['--role', role]),
    ...['--standardise-target', 'yes'],
  ]);
  expect(JSON.parse(read.stdout)).toMatchObject({
    read: { rows: 48, isWeighted: true, groupSizes: [8, 8, 8, 8, 8, 8] },
  });
  const run = await lab(['run', file, '--out', join(folder, 'runs'), '--json']);
  const [told] = printed(run.stdout);
  const { data } = readManifest(join(folder, 'runs/own/sequential'));
  // Two of six groups are nearer to a quarter than one: 16 rows against 8, for 12.
  expect(data).toMatchObject({ isWeighted: true, isGrouped: true, heldOut: { by: 'groups' } });
  const deviation = data.targetScale?.[0]?.deviation ?? NaN;
  const own = told?.['inOwnUnit'] as unknown as { validation: Record<string, number> };
  const scaled = told?.['validation'] ?? {};
  expect(own.validation['meanAbsoluteError']).toBeCloseTo(
    Number(scaled['meanAbsoluteError']) * deviation,
    9,
  );
  expect(own.validation['loss']).toBeCloseTo(Number(scaled['loss']) * deviation ** 2, 6);
  expect(own.validation).not.toHaveProperty('r2');
  await expectReplayed(folder, csv);

  // Both kinds of weights are refused, as Keras refuses them.
  const both = JSON.parse(readFileSync(file, 'utf8')) as { training: object };
  writeFileSync(
    file,
    JSON.stringify({ ...both, training: { ...both.training, validationFrom: 'stratified' } }),
  );
  const odd = await lab(['run', file, '--out', join(folder, 'odd')]);
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('numbers to predict')]);
});

test('rows of a file of their own are validated on, and only those', async () => {
  const folder = tempFolder();
  const lines = (count: number, shift: number) =>
    Array.from({ length: count }, (_, row) => `${row + shift},${'ab'[row % 2]}`);
  writeFileSync(join(folder, 'train.csv'), ['x,kind', ...lines(30, 0), ''].join('\n'));
  writeFileSync(join(folder, 'val.csv'), ['x,kind', ...lines(7, 3), ''].join('\n'));
  const file = project(folder, [1], [dense(2, 'softmax')], { validationSplit: 0.5 });
  const [train, val] = [join(folder, 'train.csv'), join(folder, 'val.csv')];
  const read = await lab(['data', train, '--validation', val, '--into', file, '--json']);
  expect(JSON.parse(read.stdout)).toMatchObject({
    read: { rows: 37, heldOut: { rows: 7, by: 'file' } },
  });
  const run = await lab(['run', file, '--out', join(folder, 'runs')]);
  expect(run.stderr).toContain('50 percent of the others are not');
  const place = join(folder, 'runs/own/sequential');
  // All 30 rows in batches of 8, three times.
  expect(readEpochs(place).map(({ lastStep }) => lastStep)).toEqual([4, 8, 12]);
  await expectReplayed(folder, folder);
});

test('arrays with windows, and pictures that change, are trained on and replayed', async () => {
  const series = tempFolder();
  const values = (length: number) => Float32Array.from({ length }, (_, at) => Math.sin(at / 2));
  writeFileSync(join(series, 'x.npy'), npyBytes('<f4', [40, 2], values(80)));
  writeFileSync(join(series, 'y.npy'), npyBytes('<f4', [40], values(40)));
  const layers = [
    { id: 'conv', kind: 'conv1d', filters: 3, kernelSize: [2], activation: 'relu' },
    { id: 'flat', kind: 'flatten' },
    dense(1, 'linear'),
  ];
  const file = project(series, [5, 3], layers, { loss: 'huber', validationSplit: 0.2 });
  const [x, y] = [join(series, 'x.npy'), join(series, 'y.npy')];
  const windows = ['--window', '5,2', '--window-target', 'yes', '--target', 'number'];
  expect((await lab(['data', x, '--labels', y, ...windows, '--into', file])).code).toBe(0);
  expect((await lab(['run', file, '--out', join(series, 'runs')])).code).toBe(0);
  await expectReplayed(series, series);

  const folder = tempFolder();
  for (const [part, count] of [
    ['train', 12],
    ['val', 4],
  ] as const) {
    for (let row = 0; row < count; row++) {
      const path = join(folder, 'pictures', part, row % 2 ? 'odd' : 'even', `${row}.png`);
      mkdirSync(dirname(path), { recursive: true });
      const data = Uint8Array.from({ length: 36 }, (_, at) => (at * 5 + row * 40) % 256);
      writeFileSync(path, encode({ width: 6, height: 6, channels: 1, data }));
    }
  }
  const flat = [{ id: 'flat', kind: 'flatten' }, dense(2, 'softmax')];
  const augmentation = { flip: 'both', shift: 0.2, rotate: 20 };
  const pictures = project(folder, [6, 6, 1], flat, { augmentation });
  expect((await lab(['data', join(folder, 'pictures'), '--into', pictures])).code).toBe(0);
  expect((await lab(['run', pictures, '--out', join(folder, 'runs')])).code).toBe(0);
  const { data, training } = readManifest(join(folder, 'runs/own/sequential'));
  expect([data.heldOut, training.augmentation]).toEqual([{ rows: 4, by: 'file' }, augmentation]);
  await expectReplayed(folder, join(folder, 'pictures'));
});
