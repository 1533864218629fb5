import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { npyBytes } from '../../electron/data/npyBytes';
import { loadDataset } from '../../electron/data/loadDataset';
import type { DataSource } from '../../shared/data/dataSource';
import { tempFolder } from '../helpers/tempFolder';

const ROWS = 40;
const x = Float32Array.from({ length: 2 * ROWS }, (_, at) => Math.sin(at) * 10);
const y = Float32Array.from({ length: ROWS }, (_, row) => row * row);
function source(more: object = {}): Extract<DataSource, { kind: 'npy' }> {
  const folder = tempFolder();
  const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(path, npyBytes('<f4', [ROWS, 2], x));
  writeFileSync(labels, npyBytes('<f4', [ROWS], y));
  return { kind: 'npy', path, labels, target: 'number', standardise: false, ...more };
}
const load = (own: DataSource) => loadDataset(own, '', { cacheFolder: tempFolder() });

test('the target’s own past is seen where that is chosen, and no window crosses a group', async () => {
  const groups = join(tempFolder(), 'g.npy');
  // Interleaved: three sensors take turns.
  const sensors = Int32Array.from({ length: ROWS }, (_, row) => (row % 3) + 7);
  writeFileSync(groups, npyBytes('<i4', [ROWS], sensors));
  const windows = { length: 2, ahead: 1, stride: 1, withTarget: true };
  const data = await load(source({ groups, windows }));
  expect(data.rowShape).toEqual([2, 3]);
  // The first window of the first sensor: rows 0 and 3, to tell that of row 6.
  const numbers = [x[0], x[1], y[0], x[6], x[7], y[3]];
  expect([...data.inputs.subarray(0, 6)]).toEqual(numbers);
  expect(data.numbers?.[0]).toBe(36);
  const sizes = [14, 13, 13].map((rows) => rows - 2);
  expect(data.rows).toBe(sizes.reduce((sum, own) => sum + own, 0));
  expect([...(data.groups ?? [])]).toEqual(sizes.flatMap((size, own) => Array(size).fill(own)));
  await expect(load(source({ windows: { ...windows, length: 40 } }))).rejects.toThrow(
    'need 41 rows in a row, but',
  );
});

test('windows of rows for validation are their own', async () => {
  const windows = { length: 4, ahead: 1, stride: 1, withTarget: false };
  const data = await load(source({ windows, aside: 10 }));
  expect([data.rows, data.heldOut]).toEqual([26 + 6, { rows: 6, by: 'file' }]);
  expect(data.numbers?.[26]).toBe(34 * 34);
});
