import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { zipped } from '../../electron/saving/zipped';
import { npyBytes } from '../../electron/data/npyBytes';
import { decodeSafetensors } from '../../shared/runs/safetensors';
import { preprocessingSchema } from '../../shared/saving/preprocessing';
import { lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { answeredBySaving } from '../helpers/saving/savingPython';
import { tempFolder } from '../helpers/tempFolder';

async function trained(
  folder: string,
  own: Parameters<typeof projectFile>[1],
  style = 'sequential',
): Promise<string> {
  const out = join(folder, 'runs');
  const { code, stderr } = await lab(['run', projectFile(folder, own), '--out', out]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return join(out, 'own', style);
}

interface Saved {
  readonly path: string;
  readonly preprocessing: string;
  readonly code: string;
  readonly snippet: string;
}

async function saved(run: string, path: string, ...more: string[]): Promise<Saved> {
  const { code, stdout, stderr } = await lab(['save', run, '-o', path, ...more, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Saved;
}

interface Used {
  readonly outputs: readonly number[];
  readonly meaning: readonly unknown[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/** What the saved files alone say about rows, in Python, beside what `lab predict` says about the file. */
async function both(run: string, folder: string, rows: string | readonly string[], file: string) {
  const { path: network, code, preprocessing } = await saved(run, join(folder, 'net.onnx'));
  expect(() =>
    preprocessingSchema.parse(JSON.parse(readFileSync(preprocessing, 'utf8'))),
  ).not.toThrow();
  const { path: safetensors } = await saved(run, join(folder, 'net.safetensors'));
  const arrays = ['left', 'right'];
  const asked = JSON.stringify({ network, code, rows, safetensors, arrays });
  const used = JSON.parse(await answeredBySaving('use_saved.py', asked)) as Used;
  const { stdout, code: status, stderr } = await lab(['predict', run, file, '--json']);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return { used, told: JSON.parse(stdout) as { rows: (string | number)[][] } };
}

const network = (
  inputShape: number[],
  units: number,
  activation: string,
  before: object[] = [],
) => ({
  style: 'sequential',
  inputShape,
  layers: [...before, { id: 'output', kind: 'dense', units, activation }],
});

test('a table: what was saved, used by itself in Python, says what lab predict says', async () => {
  const folder = tempFolder();
  const path = join(folder, 'all.csv');
  const lines = Array.from({ length: 40 }, (_, row) => [
    row % 9 === 4 ? '' : ((row * 7) % 13).toFixed(2),
    ['red', 'green', 'Blue'][row % 3],
    String(10 + ((row * 11) % 4)),
    ['One fine day!', 'day, by day', 'fine', 'no rain today'][row % 4],
    row % 2 === 0 ? 'yes' : 'no',
  ]);
  const names = ['length', 'colour', 'code', 'text', 'bought'];
  const quoted = (cell = '') => (cell.includes(',') ? `"${cell}"` : cell);
  const text = [names, ...lines].map((line) => `${line.map(quoted).join(',')}\n`).join('');
  writeFileSync(path, text);
  const run = await trained(folder, {
    architectures: [network([1 + 3 + 1 + 3], 2, 'softmax')],
    training: { epochs: 2, callbacks: { keepBest: { monitor: { rows: 'training' } } } },
    data: {
      kind: 'table',
      path,
      format: { type: 'csv' },
      columns: [
        { name: 'length', role: 'number', missing: 'mean' },
        { name: 'colour', role: 'one-hot' },
        { name: 'code', role: 'ordinal' },
        { name: 'text', role: 'tokens', length: 3, vocabulary: 6 },
        { name: 'bought', role: 'target' },
      ],
    },
  });
  const { used, told } = await both(run, folder, path, path);
  const shares = told.rows.flatMap((row) => row.slice(3).map(Number));
  expect(used.outputs).toHaveLength(shares.length);
  for (const [at, own] of shares.entries()) expect(used.outputs[at]).toBeCloseTo(own, 5);
  expect(used.meaning.map((own) => (own as [string])[0])).toEqual(told.rows.map((row) => row[2]));
  const final = decodeSafetensors(
    new Uint8Array(readFileSync(join(run, 'final-weights.safetensors'))),
  );
  expect(used.weights).toEqual(
    Object.fromEntries(final.map(({ name, values }) => [name, [...values]])),
  );

  // Other weights, other forms, and what is refused.
  const best = await saved(run, join(folder, 'best.keras'), '--weights', 'best');
  expect(best.snippet).toContain('load_model("best.keras")');
  const tfjs = await saved(run, join(folder, 'web'), '--format', 'tfjs');
  expect(readdirSync(tfjs.path).sort()).toEqual([
    'model.json',
    'preprocessing.json',
    'preprocessing.py',
    'weights.bin',
  ]);
  const again = await lab(['save', run, '-o', join(folder, 'web'), '--format', 'tfjs']);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);
  const unknown = await lab(['save', run, '-o', join(folder, 'web2')]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('savedmodel')]);
  expect(existsSync(join(folder, 'web2'))).toBe(false);
  // Nothing of an attempt is left beside what was made.
  expect(readdirSync(folder).filter((name) => /\.part$|^\.saving/.test(name))).toEqual([]);
});

test('numbers as another country writes them, and what was chosen for missing cells', async () => {
  const folder = tempFolder();
  const path = join(folder, 'all.csv');
  const lines = Array.from({ length: 40 }, (_, row) => [
    row % 7 === 3 ? '?' : `"${1 + (row % 3)}.${String(100 + row * 20)},5"`,
    row % 5 === 2 ? '' : `"${row % 4},25"`,
    row % 6 === 1 ? '' : ['red', 'green', 'blue'][row % 3],
    row % 8 === 5 ? '' : `"${row % 9},5"`,
    row % 2 === 0 ? 'yes' : 'no',
  ]);
  const names = ['price', 'drop', 'colour', 'fill', 'bought'];
  writeFileSync(path, [names, ...lines].map((line) => `${line.join(',')}\n`).join(''));
  const run = await trained(folder, {
    architectures: [network([1 + 1 + 3 + 1], 2, 'softmax')],
    training: { epochs: 2 },
    data: {
      kind: 'table',
      path,
      format: { type: 'csv', decimal: ',', thousands: '.', alsoMissing: ['?'] },
      columns: [
        { name: 'price', role: 'number', missing: 'mean' },
        { name: 'drop', role: 'number', missing: 'drop' },
        { name: 'colour', role: 'one-hot', missing: 'fill', fill: 'green' },
        { name: 'fill', role: 'number', missing: 'fill', fill: '2.5' },
        { name: 'bought', role: 'target' },
      ],
      standardise: true,
    },
  });
  const { used, told } = await both(run, folder, path, path);
  const shares = told.rows.flatMap((row) => row.slice(3).map(Number));
  expect(told.rows).toHaveLength(32);
  expect(used.outputs).toHaveLength(shares.length);
  for (const [at, own] of shares.entries()) expect(used.outputs[at]).toBeCloseTo(own, 5);
});

test('nothing that is there is lost by saving or predicting', async () => {
  const folder = tempFolder();
  const path = join(folder, 'rows.csv');
  const text = `a,b,kind\n${Array.from({ length: 12 }, (_, at) => `${at},${at % 5},${'xy'[at % 2]}\n`).join('')}`;
  writeFileSync(path, text);
  const run = await trained(folder, {
    architectures: [network([2], 2, 'softmax')],
    training: { epochs: 1 },
    data: { kind: 'csv', path, label: 'kind', standardise: true },
  });
  const record = readFileSync(join(run, 'run.json'), 'utf8');
  const link = join(folder, 'link.csv');
  symlinkSync(path, link);
  const out = join(folder, 'made/out.csv');
  const refusals: [string[], string][] = [
    [['predict', run, path, '-o', path], 'is what is read here'],
    [['predict', run, link, '-o', path, '--replace'], 'is what is read here'],
    [['predict', run, path, '-o', join(run, 'run.json'), '--replace'], 'is in the run'],
    [['predict', run, path, '-o', folder], 'is a folder'],
    [['predict', run, path, '-o', join(folder, 'project.json')], 'is there already'],
    [['save', run, '-o', path, '--format', 'onnx'], 'is there already'],
    [['save', run, '-o', path, '--format', 'tfjs'], 'is there already'],
    [['save', run, '-o', join(run, 'final-weights.safetensors'), '--replace'], 'is in the run'],
    [['save', run, '-o', join(folder, 'a.keras'), '--format', 'onnx'], 'the ending of Keras'],
  ];
  for (const [args, why] of refusals) {
    const { code, stderr } = await lab(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  }
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readFileSync(join(run, 'run.json'), 'utf8')).toBe(record);

  const predict = ['predict', run, path, '-o', out];
  expect((await lab(predict)).code).toBe(0);
  expect((await lab(predict)).code).toBe(2);
  expect((await lab([...predict, '--replace'])).code).toBe(0);
  // Two networks of one name have each its own record of what is done to rows.
  const [keras, onnx] = [
    await saved(run, join(folder, '2 nets.keras')),
    await saved(run, join(folder, '2 nets.onnx')),
  ];
  expect(keras.preprocessing).not.toBe(onnx.preprocessing);
  expect(keras.code).toBe(join(folder, '_2_nets_keras_preprocessing.py'));
});

test('arrays that were scaled, and numbers in their own unit', async () => {
  const folder = tempFolder();
  const values = Array.from({ length: 30 * 4 }, (_, at) => 5 + ((at * 37) % 19) / 3);
  const targets = Array.from({ length: 30 }, (_, at) => 1_000 + ((at * 11) % 7) * 40);
  const [x, y] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(x, npyBytes('<f8', [30, 4], values));
  writeFileSync(y, npyBytes('<f8', [30], targets));
  const run = await trained(folder, {
    architectures: [network([4], 1, 'linear')],
    training: { epochs: 2, loss: 'meanSquaredError' },
    data: {
      ...{ kind: 'npy', path: x, labels: y, target: 'number' },
      ...{ standardise: true, standardiseTarget: true },
    },
  });
  const { used, told } = await both(run, folder, x, x);
  for (const [at, row] of told.rows.entries()) {
    expect((used.meaning[at] as number[])[0]).toBeCloseTo(Number(row[1]), 2);
  }
});

test('pairs of an archive, for a network of two inputs', async () => {
  const folder = tempFolder();
  const draw = (seed: number, length: number) =>
    Float32Array.from({ length }, (_, at) => Math.sin(at * 1.3 + seed));
  const pairs = (path: string, rows: number, seed: number) => {
    const array = (
      name: string,
      shape: number[],
      values: ArrayLike<number>,
      type: '<f4' | '<i4',
    ) => ({
      name: `${name}.npy`,
      bytes: npyBytes(type, shape, values),
    });
    const y = Int32Array.from({ length: rows }, (_, row) => row % 2);
    writeFileSync(
      path,
      zipped([
        array('left', [rows, 4, 2], draw(seed, rows * 8), '<f4'),
        array('right', [rows, 3], draw(seed + 1, rows * 3), '<f4'),
        array('y', [rows], y, '<i4'),
      ]),
    );
  };
  pairs(join(folder, 'pairs.npz'), 40, 1);
  pairs(join(folder, 'new.npz'), 6, 5);
  const { code, stdout } = await lab([
    'data',
    `${join(folder, 'pairs.npz')}:left,right`,
    '--labels',
    'y',
    '--standardise',
    'yes',
    '--json',
  ]);
  expect(code).toBe(0);
  const { source } = JSON.parse(stdout) as { source: object };
  expect(source).toMatchObject({ array: 'left', alsoArrays: ['right'] });
  const own = {
    architectures: [
      {
        style: 'functional',
        inputShape: [11],
        inputs: [
          { name: 'left', shape: [4, 2] },
          { name: 'right', shape: [3] },
        ],
        members: [
          { id: 'gru', kind: 'gru', units: 3, resetAfter: true },
          { id: 'all', kind: 'concatenate' },
          { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
        ],
        calls: [
          { name: 'gru', layer: 'gru', inputs: ['left'] },
          { name: 'all', layer: 'all', inputs: ['gru', 'right'] },
          { name: 'output', layer: 'output', inputs: ['all'] },
        ],
      },
    ],
    data: source,
  };
  const run = await trained(folder, own, 'functional');
  const rows = join(folder, 'new.npz');
  const { used, told } = await both(run, folder, rows, rows);
  const shares = told.rows.flatMap((row) => row.slice(2).map(Number));
  expect([used.outputs.length, shares.length]).toEqual([12, 12]);
  for (const [at, share] of shares.entries()) expect(used.outputs[at]).toBeCloseTo(share, 5);
  // Arrays in another order than the inputs would be taken without a word.
  const swapped = { ...own, data: { ...source, array: 'right', alsoArrays: ['left'] } };
  const other = projectFile(tempFolder(), swapped);
  const refused = await lab(['run', other, '--out', join(folder, 'other')]);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('Name the arrays in the order of the inputs: left,right.'),
  ]);
  const named = await lab(['predict', run, `${rows}:left,right`, '--json']);
  expect(JSON.parse(named.stdout)).toMatchObject({ rows: told.rows });
  const { snippet } = await saved(run, join(folder, 'again.onnx'));
  expect(snippet).toContain('dict(zip(["left", "right"], inputs))');
});

test('pictures are resized as they were to train on', async () => {
  const folder = tempFolder();
  const pictures = join(folder, 'pictures');
  const paths = ['cats', 'dogs'].flatMap((name, at) => {
    mkdirSync(join(pictures, name), { recursive: true });
    return Array.from({ length: 5 }, (_, index) => {
      const data = Uint8Array.from(
        { length: 9 * 7 * 3 },
        (_own, place) => (place * 31 + index * 17 + at * 80) % 256,
      );
      const path = join(pictures, name, `${index}.png`);
      writeFileSync(path, encode({ width: 9, height: 7, data, channels: 3, depth: 8 }));
      return path;
    });
  });
  for (const channels of [3, 1]) {
    const own = join(folder, `${channels}`);
    mkdirSync(own);
    const run = await trained(own, {
      architectures: [network([5, 6, channels], 2, 'softmax', [{ id: 'flat', kind: 'flatten' }])],
      training: { epochs: 2 },
      data: { kind: 'images', path: pictures, width: 6, height: 5, channels },
    });
    const { used, told } = await both(run, own, paths, pictures);
    const shares = told.rows.flatMap((row) => row.slice(2).map(Number));
    expect(shares).toHaveLength(20);
    for (const [at, share] of shares.entries()) expect(used.outputs[at]).toBeCloseTo(share, 5);
  }
});
