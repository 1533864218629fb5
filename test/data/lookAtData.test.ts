import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { inWorker } from '../../electron/worker/inWorker';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import type { DataSource } from '../../shared/data/dataSource';
import { distFolder } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const ROWS = 100_000;

/** @param name of the classes: each test has content of its own, which is read once. */
async function largeCsv(name: string): Promise<DataSource> {
  const path = join(tempFolder(), 'large.csv');
  const file = createWriteStream(path);
  file.write('a,b,c,kind\n');
  for (let row = 0; row < ROWS; row++)
    file.write(`${row},${row % 7},${row / 3},${name}${row % 2}\n`);
  file.end();
  await once(file, 'finish');
  return { kind: 'csv', path, label: 'kind', standardise: true };
}

function look(source: DataSource, signal: AbortSignal, onProgress: (share: number) => void) {
  const entry = `${distFolder}/electron/worker.cjs`;
  const task = { kind: 'look-at-data', source, datasetsFolder: '' } as const;
  return inWorker<DataFacts>(entry, task, signal, (done, total) => onProgress(done / total));
}

test('a large table is read in a thread that reports progress', async () => {
  const shares: number[] = [];
  const { rows } = await look(await largeCsv('a'), new AbortController().signal, (share) =>
    shares.push(share),
  );
  expect(rows).toBe(ROWS);
  expect(shares.length).toBeGreaterThan(20);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1, 1);
});

test('reading can be stopped part way', async () => {
  const abort = new AbortController();
  const shares: number[] = [];
  const looked = look(await largeCsv('b'), abort.signal, (share) => {
    shares.push(share);
    abort.abort();
  });
  await expect(looked).rejects.toMatchObject({ code: 'stopped' });
  expect(shares[0]).toBeLessThan(0.5);
});

test('pictures are counted', async () => {
  const folder = tempFolder();
  for (const name of ['cat', 'dog']) {
    mkdirSync(join(folder, name));
    const data = new Uint8Array(4).fill(name.length);
    const png = encode({ width: 2, height: 2, channels: 1, data });
    for (const index of [1, 2]) writeFileSync(join(folder, name, `${index}.png`), png);
  }
  const source = { kind: 'images', path: folder, width: 2, height: 2, channels: 1 } as const;
  const shares: number[] = [];
  await look({ ...source, standardise: false }, new AbortController().signal, (share) =>
    shares.push(share),
  );
  expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
});
