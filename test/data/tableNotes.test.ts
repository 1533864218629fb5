import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import type { Column } from '../../shared/data/table/columns';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { tempFolder } from '../helpers/tempFolder';

/** A table's rows, with its columns as they are proposed or changed. */
async function read(
  lines: readonly string[],
  change: (column: Column) => Column = (column) => column,
  validation: readonly string[] | null = null,
) {
  const folder = tempFolder();
  const write = (name: string, own: readonly string[]) => {
    writeFileSync(join(folder, name), `${own.join('\n')}\n`);
    return join(folder, name);
  };
  const path = write('table.csv', lines);
  const reading = readingOf(await recogniseTable(path, { format: {}, target: null }));
  const source = sourceOf(path, {
    ...reading,
    columns: reading.columns.map(change),
    isNumber: false,
    standardise: false,
    validation: validation && write('validation.csv', validation),
  });
  return loadDataset(source, '', { cacheFolder: join(folder, 'cache') });
}

const withMean = (column: Column): Column =>
  column.role === 'target' ? column : { ...column, missing: 'mean' };

test('a value that is missing only among the rows for validation is the mean of those to train on', async () => {
  const data = await read(['a,y', '1,p', '2,q', '6,p'], withMean, ['a,y', '5,p', ',q']);
  expect([...data.inputs]).toEqual([1, 2, 6, 5, 3]);
  expect(data.columns?.[0]).toMatchObject({ name: 'a', filled: 3 });
  expect(data.notes).toContain('Missing values of "a" are 3, its mean.');
});

test('a column without any value has no mean', async () => {
  const lines = ['a,none,y', '1,,p', '2,,q', '3,,p'];
  const asNumber = (column: Column): Column =>
    column.name === 'none' ? { name: 'none', role: 'number', missing: 'mean' } : column;
  await expect(read(lines, asNumber)).rejects.toMatchObject({
    message: expect.stringContaining('no row has a value of "none"') as string,
    remedy: 'Choose a number for its missing values, or leave the column out.',
  });
});

test('classes that may be one, and those with hardly a row, are told', async () => {
  const names = ['Cat', 'dog', 'cat', 'Dog '];
  const rows = Array.from({ length: 40 }, (_, row) => `${row / 8},${names[row % 4]}`);
  const { classes, notes } = await read(['x,kind', ...rows]);
  expect(classes).toHaveLength(4);
  expect(notes.join()).toContain('"Cat" and "cat" differ only in how they are written');
  const many = await read(
    ['x,user', ...rows.map((row, at) => `${row.split(',')[0]},user ${at > 3 ? at : 0}`)],
    (column) => ({ ...column, role: column.name === 'user' ? 'target' : 'number' }),
  );
  expect(many.notes.join()).toContain('There are 37 classes in 40 rows');
  const plain = await read(['x,kind', ...rows.map((row) => row.toLowerCase().trim())]);
  expect(plain.notes.filter((note) => note.includes('class'))).toEqual([]);
});
