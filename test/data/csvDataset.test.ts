import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import type { AppError } from '../../shared/lib/appError';
import { tempFolder } from '../helpers/tempFolder';

const datasets = new URL('../../electron/datasets', import.meta.url).pathname;

function read(content: string | Uint8Array, label = 'kind', standardise = true) {
  const folder = tempFolder();
  const path = join(folder, 'data.csv');
  writeFileSync(path, content);
  const source = { kind: 'csv', path, label, standardise } as const;
  return loadDataset(source, '', { cacheFolder: join(folder, 'cache') });
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    const { code, message, remedy } = error as AppError;
    return `${code}: ${message} | ${remedy}`;
  }
  return 'accepted';
}

test('a table gives standardised columns and numbered classes', async () => {
  const data = await read('\ufeffx,kind,y\n1,b,0.1\r\n3,a,0.1\n\n');
  expect({ ...data, sha256: data.sha256.length }).toMatchObject({
    rows: 2,
    features: 2,
    inputs: Float32Array.of(-1, 0, 1, 0),
    labels: Int32Array.of(1, 0),
    numbers: null,
    classes: ['a', 'b'],
    sha256: 64,
    rowShape: [2],
    columns: [
      { name: 'x', role: 'number', mean: 2, deviation: 1 },
      { name: 'y', role: 'number', mean: 0.1, deviation: 0 },
    ],
  });
});

test('numeric classes sort as numbers', async () => {
  expect((await read('x,kind\n1,10\n2,9\n3,100\n')).classes).toEqual(['9', '10', '100']);
});

test('a built-in data set is the published one, and its hash that of every earlier version', async () => {
  const load = (name: 'iris' | 'digits') =>
    loadDataset({ kind: 'builtin', name }, datasets, { cacheFolder: tempFolder() });
  const iris = await load('iris');
  expect([iris.rows, iris.features, iris.classes, iris.sha256]).toEqual([
    150,
    4,
    ['setosa', 'versicolor', 'virginica'],
    IRIS_SHA256,
  ]);
  const digits = await load('digits');
  expect([digits.rows, digits.features, digits.classes.length, digits.sha256]).toEqual([
    1797,
    64,
    10,
    DIGITS_SHA256,
  ]);
});

test.each([
  ['', 'data.csv is empty'],
  ['\n\n', 'data.csv is empty'],
  ['x,kind\n', 'no rows'],
  ['kind\na\nb\n', 'has only one column'],
  ['x,kind\n1,a\n2\n', 'line 3 has 1 cells, but others have 2'],
  ['x,kind\n1,a\n2,b,c\n', 'line 3'],
  ['x,kind\n1,a\nred,b\n', 'line 3, column "x": "red" is not a number'],
  ['x,kind\n1,a\n,b\n', 'line 3, column "x": the cell is empty'],
  ['x,kind\n1,a\nNaN,b\n', 'line 3, column "x": NaN is a missing value'],
  ['x,kind\n1,a\n-inf,b\n', '-inf is not a finite'],
  ['x,kind\n1,a\n1e39,b\n', '1e39 is not a finite 32-bit number'],
  ['x,kind\n1,a\n2,a\n', 'one class only'],
  ['x,kind\n1,a\n2,\n', 'line 3, column "kind": the cell is empty'],
  ['x,kind\n"1\n\n2",a\n\nred,b\n', 'line 2, column "x"'],
  ['x,y\n1,2\n', 'no column "kind"'],
  ['x,kind\n"1,a\n', 'line 2 has a quote that is never closed'],
  [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1), 'not a text file'],
])('%j is refused: %s', async (text, reason) => {
  const said = await refusal(read(text));
  expect(said).toContain(reason);
  expect(said).toMatch(/^bad-data: .+ \| .+\.$/s);
});

test('a missing file and a folder are told apart', async () => {
  const load = (path: string) =>
    refusal(loadDataset({ kind: 'csv', path, label: 'kind', standardise: true }, ''));
  expect(await load('/nowhere/data.csv')).toBe(
    'file-not-found: There is no file /nowhere/data.csv. | Check the path.',
  );
  expect(await load(datasets)).toContain('is a folder');
});

test('a file without a header line loses no row: its columns are numbered, and a note says so', async () => {
  const data = await read('1,2,a\n3,4,b\n5,6,a\n', 'column 3', false);
  expect([data.rows, [...data.inputs], data.classes]).toEqual([3, [1, 2, 3, 4, 5, 6], ['a', 'b']]);
  expect(data.notes).toEqual([
    'data.csv has no header line: its columns are called column 1 to column 3.',
  ]);
  expect(await refusal(read('1,2,a\n3,4,b\n5,6,a\n'))).toContain('has no column "kind"');
  // Years are taken as a header if one of them is requested.
  expect((await read('2019,2020\n1,a\n2,b\n', '2020', false)).rows).toBe(2);
});

test('one number is one class however it is written; what is missing is not a class', async () => {
  const numbers = await read('x,kind\n1,1\n2,1.0\n3,2\n4,02\n');
  expect([numbers.classes, [...numbers.labels]]).toEqual([
    ['1', '2'],
    [0, 0, 1, 1],
  ]);
  for (const missing of ['NA', 'NaN', 'null', 'None', '#N/A']) {
    expect(await refusal(read(`x,kind\n1,a\n2,${missing}\n`))).toContain(
      `line 3, column "kind": ${missing} is a missing value`,
    );
  }
});

test.each(['0x10', '0b1', '0o7', '1_000', 'Infinity', '1 000', '1,5', '٣', '1d', '$1', ''])(
  '%j is not a number in a table',
  async (cell) => {
    expect(await refusal(read(`x,kind\n1,a\n"${cell}",b\n`))).toContain('line 3, column "x"');
  },
);

test('GBK, UTF-16 and Latin-1 are read and reported', async () => {
  const gbk = Buffer.from('bfed2cc0e0b1f00a312cbaec0a322cc2cc0a', 'hex');
  const data = await read(gbk, '类别');
  expect([data.classes, data.notes]).toEqual([
    ['红', '绿'],
    ['data.csv is read as GB18030 (GBK, GB2312).'],
  ]);
  for (const mark of ['\ufeff', '']) {
    const utf16 = Buffer.from(`${mark}x,kind\n1,a\n2,b\n`, 'utf16le');
    expect(await read(utf16)).toMatchObject({
      classes: ['a', 'b'],
      notes: ['data.csv is read as UTF-16 (little endian).'],
    });
    expect((await read(utf16.swap16())).classes).toEqual(['a', 'b']);
  }
  expect(await read(Buffer.from('x,kind\n1,caf\xe9\n2,b\n', 'latin1'))).toMatchObject({
    classes: ['b', 'café'],
    notes: ['data.csv is read as Windows-1252 (Latin-1).'],
  });
});

const IRIS_SHA256 = 'fb26302d90fb3145f25412ef878a04cdf8cf313a9751b99704abefaf94ee7ad1';
const DIGITS_SHA256 = '3ac1de72d2a6310185b82db81b5257e926e2ae8dde244cfc904f5d7e0d1115e1';
