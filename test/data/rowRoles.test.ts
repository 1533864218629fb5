import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import { groupSizesOf } from '../../electron/data/dataset';
import type { TableSource } from '../../shared/data/kinds/table';
import type { Column } from '../../shared/data/table/columns';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { dataPython, fromPython } from '../helpers/data/witnesses';
import { tempFolder } from '../helpers/tempFolder';

beforeAll(dataPython);

async function tableOf(
  text: string,
  roles: Readonly<Record<string, Partial<Column>>>,
  more: Partial<TableSource> = {},
): Promise<TableSource> {
  const path = join(tempFolder(), 'table.csv');
  writeFileSync(path, text);
  const reading = readingOf(await recogniseTable(path, { format: {}, target: null }));
  const columns = reading.columns.map((column) => ({
    name: column.name,
    role: 'number' as const,
    missing: 'refuse' as const,
    ...roles[column.name],
  }));
  return { ...sourceOf(path, { ...reading, columns }), target: 'number', ...more };
}

const load = (source: TableSource) => loadDataset(source, '', { cacheFolder: tempFolder() });

const text = `x,y,kind,w,patient
1,10,a,1,P2
2,30,b,0.5,P1
4,20,a,0,P2
8,25,c,3,P10
`;
const roles = {
  y: { role: 'target' },
  kind: { role: 'one-hot' },
  w: { role: 'weight' },
  patient: { role: 'group' },
} as const;

test('a row has a weight and a group, which are part of what the data is', async () => {
  const source = await tableOf(text, roles);
  const folder = tempFolder();
  const data = await loadDataset(source, '', { cacheFolder: folder });
  expect(data.rowWeights).toEqual(Float32Array.of(1, 0.5, 0, 3));
  expect(data.groups).toEqual(Int32Array.of(2, 0, 2, 1));
  expect(groupSizesOf(data.groups ?? new Int32Array())).toEqual([1, 1, 2]);
  expect([data.features, data.columns?.map(({ name }) => name)]).toEqual([4, ['x', 'kind']]);
  // From the cache it is the same.
  expect(await loadDataset(source, '', { cacheFolder: folder })).toEqual({
    ...data,
    range: expect.anything() as unknown,
  });
  const without = (name: string) =>
    load({
      ...source,
      columns: source.columns.map((own) =>
        own.name === name ? { ...own, role: 'left-out' } : own,
      ),
    });
  const hashes = [data, await without('w'), await without('patient')].map(({ sha256 }) => sha256);
  expect(new Set(hashes).size).toBe(3);
  const odd = await tableOf(text.replace(',0.5,', ',-0.5,'), roles);
  await expect(load(odd)).rejects.toThrow('line 3, column "w": a weight is -0.5');
});

test('rows of a file of their own are read with what the rows to train on decided', async () => {
  const source = await tableOf(text, roles, { standardiseTarget: true });
  const validation = join(tempFolder(), 'val.csv');
  writeFileSync(validation, 'x,y,kind,w,patient\n3,40,c,2,P7\n');
  const data = await load({ ...source, validation });
  const truth = await fromPython<{ x: number[]; y: number[]; mean: number; std: number }>(
    `import numpy as np
x, y = (np.array(given[key], dtype=np.float64) for key in "xy")
tx, ty = x[:4], y[:4]
out = {"x": ((x - tx.mean()) / tx.std()).astype(np.float32).tolist(), "y": ((y - ty.mean()) / ty.std()).astype(np.float32).tolist(),
       "mean": ty.mean(), "std": ty.std()}
print(json.dumps(out))`,
    { x: [1, 2, 4, 8, 3], y: [10, 30, 20, 25, 40] },
  );
  expect([...(data.numbers ?? [])]).toEqual(truth.y);
  expect(data.targetScale).toEqual([
    { name: 'y', mean: truth.mean, deviation: expect.closeTo(truth.std, 12) as number },
  ]);
  expect([0, 1, 2, 3, 4].map((row) => data.inputs[4 * row])).toEqual(truth.x);
  expect([...data.inputs.subarray(17)]).toEqual([0, 0, 1]);
  expect([data.rows, data.heldOut]).toEqual([5, { rows: 1, by: 'file' }]);
  expect(data.rowWeights?.at(-1)).toBe(2);

  writeFileSync(validation, 'x,y,kind,w,patient\n3,40,d,2,P7\n');
  await expect(load({ ...source, validation })).rejects.toThrow(
    'The rows for validation have "d" in the column "kind"',
  );
  writeFileSync(validation, 'x,y,kind,w\n3,40,a,2\n');
  await expect(load({ ...source, validation })).rejects.toThrow('val.csv');
  writeFileSync(validation, 'x,y,kind,w,patient\n3,high,a,2,P1\n');
  await expect(load({ ...source, validation })).rejects.toThrow('val.csv, line 2, column "y"');
});

test('a target that never changes is only moved', async () => {
  const constant = text.replace(/^(\d),\d+/gm, '$1,7');
  const data = await load(await tableOf(constant, roles, { standardiseTarget: true }));
  expect([...(data.numbers ?? [])]).toEqual([0, 0, 0, 0]);
  expect(data.targetScale?.[0]).toMatchObject({ mean: 7, deviation: 1 });
});

test('rows for validation that are also trained on are told', async () => {
  const source = await tableOf('x,kind\n1,a\n2,b\n3,a\n3,a\n', { kind: { role: 'target' } });
  const { target: _, ...classes } = source;
  const validation = join(tempFolder(), 'val.csv');
  writeFileSync(validation, 'x,kind\n1,a\n1,a\n9,b\n2,a\n');
  const notes = async (more: object) => (await load({ ...classes, ...more })).notes.join(' ');
  expect(await notes({})).toContain('One row is the same as an earlier one: where rows are held');
  expect(await notes({ validation })).toContain(
    '3 rows are the same as an earlier one. 2 rows are held out although the same row is trained on',
  );
});

test.each([
  ['review,label\na good film,1\na bad film,0\nnot my film,0\n', ['tokens', 'target']],
  // Codes are no texts.
  ['code,label\nA1x,1\nB7y,0\nC9z,0\n', ['left-out', 'target']],
  // Beside numbers a text is left out, until someone wants it.
  ['n,remark,label\n1,a b,1\n2,c d,0\n4,e f,0\n', ['number', 'left-out', 'target']],
  ['x,sample_weight,y\n1,2,0\n2,1,1\n3,1,0\n', ['number', 'weight', 'target']],
  ['x,weight,y\n1,2,0\n2,1,1\n3,1,0\n', ['number', 'number', 'target']],
])('roles are proposed for %j', async (content, roles) => {
  const path = join(tempFolder(), 'table.csv');
  writeFileSync(path, content);
  const { columns } = await recogniseTable(path, { format: {}, target: null });
  expect(columns.map(({ column }) => column.role)).toEqual(roles);
});

test('columns for validation are found by their names', async () => {
  const source = await tableOf(text, roles);
  const validation = join(tempFolder(), 'val.csv');
  // Another order, one more column, another encoding.
  writeFileSync(
    validation,
    Buffer.from('kind,é,patient,y,x,w\na,1,P9,40,3,2\nb,1,P9,50,5,1\n', 'latin1'),
  );
  const data = await load({ ...source, validation });
  const straight = join(tempFolder(), 'straight.csv');
  writeFileSync(straight, 'x,y,kind,w,patient\n3,40,a,2,P9\n5,50,b,1,P9\n');
  expect(data.sha256).toBe((await load({ ...source, validation: straight })).sha256);
  writeFileSync(validation, 'X,y,kind,w,patient\n3,40,a,2,P9\n');
  await expect(load({ ...source, validation })).rejects.toThrow('val.csv has no column "x"');
  writeFileSync(validation, 'x;y;kind;w;patient\n3;40;a;2;P9\n');
  await expect(load({ ...source, validation })).rejects.toThrow('val.csv has only one column');
});

test('weights that are all 0 are refused, and spellings of a truth value are one class', async () => {
  const none = await tableOf(text.replace(/(,[abc]),[\d.]+,/g, '$1,0,'), roles);
  await expect(load(none)).rejects.toThrow('has the weight 0');
  const truths = 'x,ok\n1,True\n2,FALSE\n3,true\n4,False\n';
  const { target: _, ...source } = await tableOf(truths, { ok: { role: 'target' } });
  const data = await load(source);
  expect([data.classes, [...data.labels]]).toEqual([
    ['False', 'True'],
    [1, 0, 1, 0],
  ]);
});

test('no window reaches over rows that are left out', async () => {
  const lines = Array.from({ length: 12 }, (_, row) => `${row === 6 ? '' : row},${row}`);
  const windows = { length: 3, ahead: 1, stride: 1, withTarget: false };
  const source = await tableOf(
    ['a,y', ...lines, ''].join('\n'),
    { a: { missing: 'drop' }, y: { role: 'target' } },
    { windows, standardise: false },
  );
  const data = await load(source);
  // Rows 0 to 5, and 7 to 11.
  expect([...(data.numbers ?? [])]).toEqual([3, 4, 5, 10, 11]);
  expect([...data.inputs.subarray(9, 12)]).toEqual([7, 8, 9]);
  const long = { ...source, windows: { ...windows, length: 6 } };
  await expect(load(long)).rejects.toThrow('has 6 between rows that are left out');
});
