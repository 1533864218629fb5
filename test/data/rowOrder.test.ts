import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { withDuckDb } from '../../electron/data/table/duckDb';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import type { Column } from '../../shared/data/table/columns';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { tempFolder } from '../helpers/tempFolder';

const ROWS = 120_000;
const COLUMNS = 12;
const value = (row: number, column: number) => row * 0.25 - column;
const numbers = (row: number) => Array.from({ length: COLUMNS }, (_, column) => value(row, column));
const kind = (row: number) => 'abc'[row % 3] as string;
const header = [...Array.from({ length: COLUMNS }, (_, at) => `x${at}`), 'ok', 'kind'];

let lines: string[];
beforeAll(() => {
  lines = Array.from({ length: ROWS }, (_, row) =>
    [...numbers(row), row % 2 === 0 ? 'True' : 'False', kind(row)].join(),
  );
});

/** DuckDB may give rows in another order than the file's after some operators, when it has more than one thread. */
async function expectInOrder(path: string, changed: Partial<Column> = {}): Promise<void> {
  const reading = readingOf(await recogniseTable(path, { format: {}, target: 'kind' }));
  const columns = reading.columns.map((column) =>
    column.name === 'ok' ? { ...column, ...changed } : column,
  );
  const data = await loadDataset(sourceOf(path, { ...reading, columns, standardise: false }), '', {
    cacheFolder: tempFolder(),
  });
  expect(data.rows).toBe(ROWS);
  const hasOk = data.features === COLUMNS + 1;
  const truth = Float32Array.from(
    Array.from({ length: ROWS }, (_, row) => [
      ...numbers(row),
      ...(hasOk ? [1 - (row % 2)] : []),
    ]).flat(),
  );
  expect(Buffer.compare(Buffer.from(data.inputs.buffer), Buffer.from(truth.buffer))).toBe(0);
  expect(data.labels.every((label, row) => data.classes[label] === kind(row))).toBe(true);
}

test.each([
  ['numbers alone', (own: string) => own, { role: 'left-out' }],
  ['true and false among them', (own: string) => own, {}],
  ['underscores', (own: string) => own.replace('True', 'Yes_'), { role: 'left-out' }],
  [
    'a decimal comma',
    (own: string) => own.replaceAll(',', ';').replaceAll('.', ','),
    { role: 'left-out' },
  ],
] as const)('rows stay in the order of the file: %s', async (_, written, changed) => {
  const path = join(tempFolder(), 'large.csv');
  writeFileSync(path, `${[header.join(), ...lines].map((line) => written(line)).join('\n')}\n`);
  await expectInOrder(path, changed);
});

test('rows stay in the order of a Parquet file of several row groups', async () => {
  const folder = tempFolder();
  const [csv, path] = [join(folder, 'large.csv'), join(folder, 'large.parquet')];
  writeFileSync(csv, `${[header.join(), ...lines].join('\n')}\n`);
  await withDuckDb(async (connection) => {
    await connection.run(
      `COPY (SELECT * FROM read_csv('${csv}')) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`,
    );
  });
  await expectInOrder(path);
});
