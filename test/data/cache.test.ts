import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { cacheEntries, emptyCache, limitOf, setLimit } from '../../electron/data/cache/makeRoom';
import { loadDataset, lookAtDataset } from '../../electron/data/loadDataset';
import type { DataSource } from '../../shared/data/dataSource';
import { tempFolder } from '../helpers/tempFolder';

const rows = (shift: number) =>
  Array.from({ length: 200 }, (_, row) => `${row + shift},${row % 7},${'ab'[row % 2]}`);
const text = (shift: number) => ['x,y,kind', ...rows(shift), ''].join('\n');

function source(folder: string, name: string, shift: number): DataSource {
  const path = join(folder, name);
  writeFileSync(path, text(shift));
  return { kind: 'csv', path, label: 'kind', standardise: false };
}

test('what was read is read again from the cache: the same, whatever the file is called', async () => {
  const folder = tempFolder();
  const cacheFolder = join(folder, 'cache');
  const first = source(folder, 'a.csv', 0);
  const cold = await loadDataset(first, '', { cacheFolder });
  expect(cacheEntries(cacheFolder)).toHaveLength(1);
  const shares: number[] = [];
  const warm = await loadDataset(first, '', {
    cacheFolder,
    onProgress: (done) => shares.push(done),
  });
  expect(shares).toEqual([]);
  expect({ ...warm, range: undefined }).toEqual({ ...cold, range: undefined });
  const facts = await lookAtDataset(first, '', { cacheFolder });
  expect(facts).toMatchObject({ rows: 200, features: 2, sha256: cold.sha256 });
  // Read in another way, it is other data.
  await loadDataset({ ...first, standardise: true } as DataSource, '', { cacheFolder });
  expect(cacheEntries(cacheFolder)).toHaveLength(2);
});

test('a changed file is noticed, even with the size and time of modification of before', async () => {
  const folder = tempFolder();
  const cacheFolder = join(folder, 'cache');
  const own = source(folder, 'a.csv', 0);
  const { path } = own as { readonly path: string };
  const long = new Date(Date.now() - 60_000);
  utimesSync(path, long, long);
  const ports = { cacheFolder, now: () => new Date(Date.now() + 60_000) };
  const before = await loadDataset(own, '', ports);
  writeFileSync(path, text(0).replace('\n5,5,b', '\n5,6,b'));
  utimesSync(path, long, long);
  const after = await loadDataset(own, '', ports);
  expect([before.inputs[11], after.inputs[11]]).toEqual([5, 6]);
  expect(after.sha256).not.toBe(before.sha256);
});

test.each([
  ['inputs.u8', 0],
  ['inputs.f32', 0.25],
])('damaged arrays are read again from the file, never used: %s', async (name, shift) => {
  const folder = tempFolder();
  const cacheFolder = join(folder, 'cache');
  const own = source(folder, 'a.csv', shift);
  const before = await loadDataset(own, '', { cacheFolder });
  const [entry] = cacheEntries(cacheFolder);
  const arrays = join(cacheFolder, entry?.key ?? '', name);
  const bytes = readFileSync(arrays);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  writeFileSync(arrays, bytes);
  expect((await loadDataset(own, '', { cacheFolder })).inputs).toEqual(before.inputs);
  writeFileSync(arrays, bytes.subarray(0, 100));
  expect((await loadDataset(own, '', { cacheFolder })).sha256).toBe(before.sha256);
});

test('the cache stays below its limit, the least used going first, and can be emptied', async () => {
  const folder = tempFolder();
  const cacheFolder = join(folder, 'cache');
  const kept = () => cacheEntries(cacheFolder).map(({ info }) => info.name);
  for (const [at, name] of ['a.csv', 'b.csv', 'c.csv'].entries()) {
    const now = () => new Date(Date.UTC(2026, 0, 1 + at));
    await loadDataset(source(folder, name, at), '', { cacheFolder, now });
    const [entry] = cacheEntries(cacheFolder).filter(({ info }) => info.name === name);
    utimesSync(join(cacheFolder, entry?.key ?? '', 'data.json'), now(), now());
  }
  expect(kept()).toEqual(['c.csv', 'b.csv', 'a.csv']);
  const bytes = cacheEntries(cacheFolder)[0]?.info.bytes ?? 0;
  setLimit(cacheFolder, 2 * bytes);
  expect([kept(), limitOf(cacheFolder)]).toEqual([['c.csv', 'b.csv'], 2 * bytes]);
  // What is larger than the limit is used, and not kept.
  setLimit(cacheFolder, bytes - 1);
  const used = await loadDataset(source(folder, 'd.csv', 9), '', { cacheFolder });
  expect([used.rows, kept()]).toEqual([200, []]);
  setLimit(cacheFolder, 10 * bytes);
  await loadDataset(source(folder, 'd.csv', 9), '', { cacheFolder });
  emptyCache(cacheFolder);
  expect(kept()).toEqual([]);
  expect(readdirSync(cacheFolder).sort()).toEqual(['limit.json']);
});

test('where nothing can be kept, data is read all the same', async () => {
  const folder = tempFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(statSync(file).isFile()).toBe(true);
  const data = await loadDataset(source(folder, 'a.csv', 0), '', { cacheFolder: join(file, 'x') });
  expect(data.rows).toBe(200);
});

test('what does not fit into memory is refused with the rows that fit', async () => {
  const folder = tempFolder();
  const reading = loadDataset(source(folder, 'a.csv', 0), '', {
    cacheFolder: join(folder, 'cache'),
    memoryBytes: 1_000,
  });
  await expect(reading).rejects.toMatchObject({
    code: 'out-of-memory',
    remedy: expect.stringContaining('Up to 62 rows fit'),
  });
});

test('pictures are read once, kept, and noticed when one of them changes', async () => {
  const folder = tempFolder();
  const cacheFolder = join(folder, 'cache');
  const path = join(folder, 'pictures');
  for (const [at, name] of ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png'].entries()) {
    writePicture(join(path, name), at);
  }
  writeFileSync(join(path, 'a', 'notes.txt'), 'not a picture');
  const own: DataSource = { kind: 'images', path, width: 3, height: 3, channels: 3 } as DataSource;
  const ports = { cacheFolder, now: () => new Date(Date.now() + 60_000) };
  const cold = await loadDataset(own, '', ports);
  expect(cacheEntries(cacheFolder)).toHaveLength(1);
  const shares: number[] = [];
  const warm = await loadDataset(own, '', { ...ports, onProgress: (done) => shares.push(done) });
  expect(shares).toEqual([]);
  expect(warm.sha256).toBe(cold.sha256);
  // A copy elsewhere is the same data, and is kept once.
  cpSync(path, join(folder, 'copy', 'pictures'), { recursive: true });
  const copy = { ...own, path: join(folder, 'copy', 'pictures') } as DataSource;
  expect((await loadDataset(copy, '', ports)).sha256).toBe(cold.sha256);
  expect(cacheEntries(cacheFolder)).toHaveLength(1);

  writePicture(join(path, 'b/2.png'), 9);
  const changed = await loadDataset(own, '', ports);
  expect(changed.sha256).not.toBe(cold.sha256);
  // One more of the same class and bytes is other data too.
  cpSync(join(path, 'b/2.png'), join(path, 'b/3.png'));
  expect((await loadDataset(own, '', ports)).rows).toBe(5);
});

test('pictures that change while they are read are refused', async () => {
  const folder = tempFolder();
  for (const [at, name] of ['a/1.png', 'b/1.png'].entries()) writePicture(join(folder, name), at);
  const own = { kind: 'images', path: folder, width: 3, height: 3, channels: 3 } as DataSource;
  const ports = {
    cacheFolder: join(tempFolder(), 'cache'),
    onProgress: (done: number) => {
      if (done === 1) writePicture(join(folder, 'b/1.png'), 7);
    },
  };
  await expect(loadDataset(own, '', ports)).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringContaining('changed while it was read') as string,
  });
  expect(cacheEntries(ports.cacheFolder)).toHaveLength(0);
});

function writePicture(path: string, shade: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const data = new Uint8Array(3 * 3 * 3).fill(shade * 20);
  writeFileSync(path, encode({ width: 3, height: 3, channels: 3, data }));
}
