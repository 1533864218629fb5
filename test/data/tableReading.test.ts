import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import type { ColumnRole } from '../../shared/data/table/columns';
import type { GivenFormat } from '../../shared/data/table/format';
import {
  carriedOver,
  readingOf,
  sourceOf,
  targetsIn,
  withColumns,
  type TableReading,
} from '../../shared/data/table/tableSource';
import { tempFolder } from '../helpers/tempFolder';

function written(lines: readonly string[]): string {
  const path = join(tempFolder(), 'table.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
const recognised = (path: string, format: GivenFormat = {}, target: string | null = null) =>
  recogniseTable(path, { format, target });
const rolesOf = ({ columns }: TableReading) => columns.map(({ role }) => role);
const withRole = ({ columns }: TableReading, name: string, role: ColumnRole) =>
  columns.map((column) => (column.name === name ? { ...column, role } : column));

const houses = () =>
  written([
    'area,price,state,note',
    ...Array.from({ length: 40 }, (_, row) =>
      [`"1,${100 + row}"`, `"230,${100 + row}"`, ['good', 'bad'][row % 2], 'x'].join(','),
    ),
  ]);

test('another way to write numbers brings back the columns that it makes numbers, but not what was chosen', async () => {
  const path = houses();
  const before = await recognised(path);
  expect(rolesOf(readingOf(before))).toEqual(['left-out', 'left-out', 'target', 'one-hot']);
  const chosen = { ...readingOf(before), columns: withRole(readingOf(before), 'note', 'left-out') };
  const again = await recognised(path, { thousands: ',' });
  expect(rolesOf(carriedOver(chosen, before, again))).toEqual([
    ...['number', 'number', 'target', 'left-out'],
  ]);
});

test('a column that becomes the target takes the place of the proposed one, and says what is learned', async () => {
  const table = await recognised(houses(), { thousands: ',' });
  const reading = readingOf(table);
  expect([targetsIn(reading.columns), reading.isNumber]).toEqual([['state'], false]);
  const priced = withColumns(reading, table, withRole(reading, 'price', 'target'), false);
  expect([rolesOf(priced), priced.isNumber]).toEqual([
    ['number', 'target', 'one-hot', 'one-hot'],
    true,
  ]);
  // One that was chosen stays, and there are two.
  const both = withColumns(priced, table, withRole(priced, 'area', 'target'), true);
  expect([targetsIn(both.columns), both.isNumber]).toEqual([['area', 'price'], true]);
});

test('columns of 0 and 1 are classes where each row has one of them, and labels else', async () => {
  const lines = (rows: readonly string[]) => ['a,b,c', ...rows, ...rows, ...rows];
  const kinds = [];
  for (const rows of [
    ['1,0,5', '0,1,6'],
    ['1,1,5', '0,1,6'],
    ['0,0,5', '0,1,6'],
  ]) {
    const table = await recognised(written(lines(rows)), {}, 'a');
    const reading = readingOf(table);
    kinds.push(withColumns(reading, table, withRole(reading, 'b', 'target'), true).isNumber);
  }
  expect(kinds).toEqual([false, true, true]);
});

test('German prices beside other decimal commas are numbers', async () => {
  const path = written([
    'x;Preis;Art',
    ...Array.from(
      { length: 40 },
      (_, row) => `0,${row + 1};1${row % 10}0.412,6${row % 7};${row % 2}`,
    ),
  ]);
  const { format, columns } = await recognised(path);
  expect(format).toMatchObject({ decimal: ',', thousands: '.' });
  expect(columns.map(({ profile }) => profile.holds)).toEqual(['numbers', 'numbers', 'numbers']);
});

test('dates that run backwards are told', async () => {
  const whys = [];
  for (const dates of [
    ['2024-03-02', '2024-03-01', '2024-02-28'],
    ['02.03.2024', '01.03.2024', '28.02.2024'],
    ['2024-02-28', '2024-03-01', '2024-03-02'],
    ['3/2/2024', '2/2/2024', '1/2/2024'],
  ]) {
    const { columns } = await recognised(
      written(['day,x,y', ...dates.map((date, row) => `${date},${row},${row % 2}`)]),
    );
    whys.push(columns[0]?.why);
  }
  const backwards = 'It has dates, the latest first: as a series, time would run backwards.';
  expect(whys).toEqual([backwards, backwards, 'It has dates.', 'It has dates.']);
});

test('numbers that may be thousands are told, and are so once that is chosen', async () => {
  const path = join(tempFolder(), 'prices.csv');
  const prices = Array.from({ length: 30 }, (_, row) => `${1 + (row % 9)}.${100 + row}`);
  writeFileSync(
    path,
    ['price;kind', ...prices.map((own, row) => `${own};${row % 2}`), ''].join('\n'),
  );
  const plain = await recogniseTable(path, { format: {}, target: null });
  expect(plain.notes.join()).toContain('Every number of "price" is written like 1.100');
  const format = { thousands: '.', decimal: ',' } as const;
  const chosen = await recogniseTable(path, { format, target: null });
  expect(chosen.notes.join()).not.toContain('Every number');
  const data = await loadDataset(sourceOf(path, { ...readingOf(chosen), standardise: false }), '');
  expect([...data.inputs].slice(0, 2)).toEqual([1_100, 2_101]);
});
