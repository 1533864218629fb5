import { expect, test } from 'vitest';
import { csvDataset } from '../../../electron/data/csvDataset';
import { loadDataset } from '../../../electron/data/loadDataset';
import type { AppError } from '../../../shared/lib/appError';

const datasets = new URL('../../../electron/datasets', import.meta.url).pathname;

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
    classes: ['a', 'b'],
    sha256: 64,
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
