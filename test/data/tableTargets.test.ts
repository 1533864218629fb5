import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { tempFolder } from '../helpers/tempFolder';

/** Thirty rows: two numbers and a colour. */
const rows = Array.from({ length: 30 }, (_, row) => [
  (row * 0.7 - 3).toFixed(2),
  String(row * row),
  ['red', 'green', 'blue'][row % 3] as string,
]);

test('several target columns are one-hot classes, or numbers', async () => {
  const folder = tempFolder();
  const path = join(folder, 'table.csv');
  writeFileSync(path, 'x,cat,dog\n1,1,0\n2,0,1\n3,0,1\n');
  const { format } = readingOf(await recogniseTable(path, { format: {}, target: null }));
  const load = (target?: 'number') =>
    loadDataset(
      {
        kind: 'table',
        path,
        format,
        columns: [
          { name: 'x', role: 'number', missing: 'refuse' },
          { name: 'cat', role: 'target', missing: 'refuse' },
          { name: 'dog', role: 'target', missing: 'refuse' },
        ],
        standardise: false,
        ...(target && { target }),
      },
      '',
      { cacheFolder: join(folder, 'cache') },
    );
  expect(await load()).toMatchObject({
    labels: Int32Array.of(0, 1, 1),
    classes: ['cat', 'dog'],
    numbers: null,
  });
  expect((await load('number')).numbers).toEqual(Float32Array.of(1, 0, 0, 1, 0, 1));
  writeFileSync(path, 'x,cat,dog\n1,1,0\n2,1,1\n3,0,1\n');
  await expect(load()).rejects.toThrow('row 2: the target columns have 1, 1');
});

test('columns that tell nothing or everything, and rows that repeat, are noted', async () => {
  const folder = tempFolder();
  const path = join(folder, 'table.csv');
  const lines = rows.map(
    ([width, height, colour]) =>
      `${width},${height},7,${{ red: 'r', green: 'g', blue: 'b' }[colour as 'red']},${colour}`,
  );
  writeFileSync(
    path,
    ['width,height,same,code,colour', ...lines, lines[4], lines[5], lines[4], ''].join('\n'),
  );
  const recognised = await recogniseTable(path, { format: {}, target: 'colour' });
  const data = await loadDataset(sourceOf(path, readingOf(recognised)), '', {
    cacheFolder: join(folder, 'cache'),
  });
  expect(data.notes).toEqual([
    expect.stringContaining('"same" is the same in every row'),
    expect.stringContaining('"code" is the target under another name'),
    expect.stringContaining('3 rows are the same as an earlier one'),
  ]);
});

test('a table with more columns than DuckDB can hold is read all the same', async () => {
  const folder = tempFolder();
  const path = join(folder, 'genes.csv');
  const width = 6_000;
  const value = (row: number, column: number) => ((row * 31 + column * 7) % 1_000) / 8;
  const lines = Array.from({ length: 20 }, (_, row) =>
    [
      ...Array.from({ length: width }, (_own, column) => value(row, column)),
      row % 2 === 0 ? '"a, b"' : 'c',
    ].join(),
  );
  const header = [...Array.from({ length: width }, (_, at) => `gene ${at}`), 'kind'].join();
  const text = [header, ...lines, ''].join('\n');
  writeFileSync(path, text);
  const recognised = await recogniseTable(path, { format: {}, target: null });
  expect(recognised.columns).toHaveLength(width + 1);
  const reading = { ...readingOf(recognised), standardise: false };
  const load = () =>
    loadDataset(sourceOf(path, reading), '', { cacheFolder: join(folder, 'cache') });
  const data = await load();
  expect([data.rows, data.features, data.classes]).toEqual([20, width, ['a, b', 'c']]);
  expect(data.inputs.every((own, at) => own === value(Math.floor(at / width), at % width))).toBe(
    true,
  );
  writeFileSync(path, text.replace('\n3.875,', '\nlow,'));
  await expect(load()).rejects.toThrow('line 3, column "gene 0": "low" is not a number');
  writeFileSync(path, `${text}1,2\n`);
  await expect(load()).rejects.toThrow('not a regular table');
});
