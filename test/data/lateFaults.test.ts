import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { dataPython, fromPython } from '../helpers/data/witnesses';
import { tempFolder } from '../helpers/tempFolder';

beforeAll(dataPython);

const ROWS = 60_000;
const LATE = 45_000;

/** A table with one line that is something else; the first ones are read long before it. */
function tableWith(line: string | null): string {
  const rows = Array.from({ length: ROWS }, (_, row) =>
    row === LATE && line !== null ? line : `${row},${row % 7},${'xy'[row % 2]}`,
  );
  return ['a,b,label', ...rows, ''].join('\n');
}

async function read(content: string | Buffer, name = 'late.csv') {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  const table = await recogniseTable(path, { format: {}, target: 'label' });
  return loadDataset(sourceOf(path, readingOf(table)), '', { cacheFolder: tempFolder() });
}

test('a table is read to its end', async () => {
  const { rows, inputs, labels } = await read(tableWith(null));
  expect([rows, inputs.length, labels.at(-1)]).toEqual([ROWS, 2 * ROWS, 1]);
});

test.each([
  ['a word among numbers', 'oops,1,x', `line ${LATE + 2}, column "a": "oops" is not a number`],
  ['a number in another style', '"1,5",1,x', `line ${LATE + 2}, column "a": "1,5"`],
  ['a missing cell', ',1,x', `line ${LATE + 2}, column "a": the cell is empty`],
  ['a line that is too short', '5,x', 'not a regular table'],
  ['a line that is too long', '5,1,x,more', 'not a regular table'],
  ['a quote that is never closed', '5,1,"x', 'late.csv'],
  ['an infinite number', 'inf,1,x', `line ${LATE + 2}, column "a": inf is not a finite`],
])('%s far into a file is found', async (_, line, words) => {
  await expect(read(tableWith(line))).rejects.toThrow(words);
});

test('bytes that are no text far into a file are found', async () => {
  const broken = Buffer.from(tableWith('5,1,#'));
  broken[broken.indexOf('#')] = 0xff;
  // Read as another encoding, or refused; never cut off.
  const rows = await read(broken).then(
    (data) => data.rows,
    (error: unknown) => String(error),
  );
  if (typeof rows === 'number') expect(rows).toBe(ROWS);
  else expect(rows).toContain('late.csv');
});

test('a Parquet file that is damaged far into it is refused', async () => {
  const folder = tempFolder();
  const path = join(folder, 'late.parquet');
  await fromPython(
    `import numpy as np, pyarrow as pa, pyarrow.parquet as pq
n = 200_000
table = pa.table({"a": np.random.default_rng(0).normal(size=n), "label": (np.arange(n) % 2).astype("int8")})
pq.write_table(table, given["path"], row_group_size=20_000, use_dictionary=False, compression="snappy")
group = pq.ParquetFile(given["path"]).metadata.row_group(6).column(0)
with open(given["path"], "r+b") as file:
    file.seek(group.data_page_offset + 200)
    file.write(b"\\xff" * 4000)
print("{}")`,
    { path },
  );
  const table = await recogniseTable(path, { format: {}, target: 'label' });
  await expect(
    loadDataset(sourceOf(path, readingOf(table)), '', { cacheFolder: tempFolder() }),
  ).rejects.toThrow('late.parquet');
});
