import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { csvPreview } from '../../electron/data/csvPreview';
import { tempFolder } from '../helpers/tempFolder';
import { csvDataset } from '../../electron/data/csvDataset';
import { loadDataset } from '../../electron/data/loadDataset';
import type { AppError } from '../../shared/lib/appError';

const datasets = new URL('../../electron/datasets', import.meta.url).pathname;

function read(text: string | Uint8Array, label = 'kind') {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return csvDataset(bytes, 'data.csv', label, true);
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    const { code, message, remedy } = error as AppError;
    return `${code}: ${message} | ${remedy}`;
  }
  return 'accepted';
}

test('a table gives standardised columns and numbered classes', () => {
  const data = read('\ufeffx,kind,y\n1,b,0.1\r\n3,a,0.1\n\n');
  expect({ ...data, sha256: data.sha256.length }).toEqual({
    rows: 2,
    features: 2,
    inputs: Float32Array.of(-1, 0, 1, 0),
    labels: Int32Array.of(1, 0),
    numbers: null,
    classes: ['a', 'b'],
    sha256: 64,
    rowShape: [2],
    notes: [],
  });
});

test('numeric classes sort as numbers', () => {
  expect(read('x,kind\n1,10\n2,9\n3,100\n').classes).toEqual(['9', '10', '100']);
});

test('a built-in data set is the published one', () => {
  const iris = loadDataset({ kind: 'builtin', name: 'iris' }, datasets);
  expect([iris.rows, iris.features, iris.classes]).toEqual([
    150,
    4,
    ['setosa', 'versicolor', 'virginica'],
  ]);
  const digits = loadDataset({ kind: 'builtin', name: 'digits' }, datasets);
  expect([digits.rows, digits.features, digits.classes.length]).toEqual([1797, 64, 10]);
});

test.each([
  ['', 'data.csv is empty'],
  ['\n\n', 'data.csv is empty'],
  ['x,kind\n', 'no rows'],
  ['kind\na\nb\n', 'only the label column'],
  ['x,kind\n1,a\n2\n', 'not a regular table'],
  ['x,kind\n1,a\n2,b,c\n', 'line 3'],
  ['x,kind\n1,a\nred,b\n', 'line 3, column "x": "red" is not a number'],
  ['x,kind\n1,a\n,b\n', 'line 3, column "x": the cell is empty'],
  ['x,kind\n1,a\nNaN,b\n', 'line 3, column "x": NaN is not a finite'],
  ['x,kind\n1,a\n-inf,b\n', '-inf is not a finite'],
  ['x,kind\n1,a\n1e39,b\n', '1e39 is not a finite 32-bit number'],
  ['x,kind\n1,a\n2,a\n', 'one class only'],
  ['x,kind\n1,a\n2,\n', 'line 3: the label "kind" is empty'],
  ['x,x,kind\n1,2,a\n2,3,b\n', 'two columns named "x"'],
  ['x,y\n1,2\n', 'no column "kind"'],
  ['x,kind\n"1,a\n', 'not a regular table'],
  [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1), 'not a text file'],
  [Uint8Array.of(0xff, 0xfe, 0xfd), 'not UTF-8'],
])('%j is refused: %s', (text, reason) => {
  const said = refusal(() => read(text));
  expect(said).toContain(reason);
  expect(said).toMatch(/^bad-data: .+ \| .+\.$/s);
});

test('a missing file and a folder are told apart', () => {
  const load = (path: string) =>
    refusal(() => loadDataset({ kind: 'csv', path, label: 'kind', standardise: true }, ''));
  expect(load('/nowhere/data.csv')).toBe(
    'file-not-found: There is no file /nowhere/data.csv. | Check the path.',
  );
  expect(load(datasets)).toContain('is a folder');
});

test('a file without a header line loses no row: its columns are numbered, and a note says so', () => {
  const bytes = Buffer.from('1,2,a\n3,4,b\n5,6,a\n');
  const data = csvDataset(bytes, 'f.csv', 'column 3', false);
  expect([data.rows, [...data.inputs], data.classes]).toEqual([3, [1, 2, 3, 4, 5, 6], ['a', 'b']]);
  expect(data.notes).toEqual([
    'f.csv has no header line: its columns are called column 1 to column 3.',
  ]);
  expect(() => csvDataset(bytes, 'f.csv', 'kind', false)).toThrow(
    'has no column "kind" and no header line',
  );
  // Years are taken as a header if one of them is requested.
  expect(csvDataset(Buffer.from('2019,2020\n1,a\n2,b\n'), 'f.csv', '2020', false).rows).toBe(2);
});

test('one number is one class however it is written; what is missing is not a class', () => {
  const numbers = csvDataset(Buffer.from('x,k\n1,1\n2,1.0\n3,2\n4,02\n'), 'f.csv', 'k', false);
  expect([numbers.classes, [...numbers.labels]]).toEqual([
    ['1', '2'],
    [0, 0, 1, 1],
  ]);
  for (const missing of ['NA', 'NaN', 'null', 'None', '#N/A']) {
    expect(() => csvDataset(Buffer.from(`x,k\n1,a\n2,${missing}\n`), 'f.csv', 'k', false)).toThrow(
      `line 3: the label "k" is ${missing}, a missing value`,
    );
  }
});

test.each(['0x10', '0b1', '0o7', '1_000', 'Infinity', ''])(
  '%j is not a number in a table',
  (cell) => {
    expect(() => csvDataset(Buffer.from(`x,k\n1,a\n${cell},b\n`), 'f.csv', 'k', false)).toThrow(
      'line 3, column "x"',
    );
  },
);

test('GBK and UTF-16 are read and reported; other bytes are refused', () => {
  const gbk = Buffer.from('bfed2cc0e0b1f00a312cbaec0a322cc2cc0a', 'hex');
  const data = csvDataset(gbk, 'f.csv', '类别', false);
  expect([data.classes, data.notes]).toEqual([
    ['红', '绿'],
    ['f.csv is not UTF-8; it is read as GB18030 (GBK).'],
  ]);
  const utf16 = Buffer.from('\ufeffx,k\n1,a\n2,b\n', 'utf16le');
  expect(csvDataset(utf16, 'f.csv', 'k', false)).toMatchObject({
    classes: ['a', 'b'],
    notes: ['f.csv is read as UTF-16LE.'],
  });
  expect(() => csvDataset(Buffer.from('x,k\n1,caf\xe9\n', 'latin1'), 'f.csv', 'k', false)).toThrow(
    'is not UTF-8 text',
  );
});

test('what is shown before the choice of a label is what is read', () => {
  const folder = tempFolder();
  const preview = (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return csvPreview(path);
  };
  expect(preview('none.csv', '1,2,a\n3,4,b\n')).toMatchObject({
    columns: ['column 1', 'column 2', 'column 3'],
    firstRows: [
      ['1', '2', 'a'],
      ['3', '4', 'b'],
    ],
  });
  expect(() => preview('twice.csv', 'a,a,k\n1,2,x\n')).toThrow('two columns named "a"');
  const gbk = Buffer.from('bfed2cc0e0b1f00a312cbaec0a', 'hex');
  expect(preview('gbk.csv', gbk).columns).toEqual(['宽', '类别']);
  const wide = Array.from({ length: 60_000 }, (_, index) => `column${index}`).join();
  expect(preview('wide.csv', `${wide}\n${wide.replaceAll('column', '')}\n`).columns).toHaveLength(
    60_000,
  );
});
