import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import seedrandom from 'seedrandom';
import { beforeAll, expect, test } from 'vitest';
import { contentOf } from '../../electron/bundle/bundleContent';
import { extractBundle } from '../../electron/bundle/extractBundle';
import { replayBundle } from '../../electron/bundle/replayBundle';
import { verifiedNow } from '../../electron/bundle/verify/verifiedNow';
import type { SpawnTrainer } from '../../electron/training/trainerProcess';
import type { Report } from '../../shared/bundle/finding';
import { distFolder, lab } from '../helpers/lab';
import { changed, repacked, unpacked, withManifest } from '../helpers/packed';
import { tempFolder } from '../helpers/tempFolder';
import { trainedPair } from '../helpers/trainedPair';
import { verifiedByPython } from '../helpers/verifiedByPython';

let bundle: Buffer;
beforeAll(async () => {
  const runs = await trainedPair();
  const path = join(runs, 'law.zip');
  expect((await lab(['export', runs, '-o', path])).code).toBe(0);
  bundle = readFileSync(path);
});

/** What a stranger may write in place of a value. */
const others = [null, true, 0, -1, 1.5, 1e300, '', 'x', 'input', 'a'.repeat(5_000), [], {}, [[]]];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One value of a JSON document removed, replaced, duplicated or renamed. */
function mutated(value: Json, random: () => number): Json {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const copy = structuredClone(value);
  let place: Json[] | { [key: string]: Json } = copy as Json[];
  for (;;) {
    const keys: string[] = Object.keys(place);
    if (keys.length === 0) return copy;
    const key: string = pick(keys);
    const inner: Json | undefined = (place as Record<string, Json>)[key];
    if (typeof inner === 'object' && inner !== null && random() < 0.85) {
      place = inner;
      continue;
    }
    const own = place as Record<string, Json>;
    switch (Math.floor(random() * 4)) {
      case 0:
        if (Array.isArray(place)) place.splice(Number(key), 1);
        else Reflect.deleteProperty(own, key);
        return copy;
      case 1:
        if (Array.isArray(place)) place.push(inner ?? null);
        else own[`${key}2`] = inner ?? null;
        return copy;
      default:
        own[key] = pick(others) as Json;
        return copy;
    }
  }
}

/** Nothing is trained here: a process that ends at once. */
const noTrainer: SpawnTrainer = () => ({
  pid: undefined,
  send: () => {},
  onLine: () => {},
  onExit: (listener) => void setImmediate(() => listener('it was not started')),
  kill: () => {},
});

test('what both verifiers find clean can be unpacked, shown and replayed', async () => {
  const random = seedrandom('law');
  const files = unpacked(bundle);
  const documents = files
    .map(({ path }) => path)
    .filter((path) => /(^bundle|run|outcome|weights)\.json$|\.jsonl$/.test(path));
  const folder = tempFolder();
  const cases = Array.from({ length: 600 }, (_, index) => {
    const path = join(folder, `${index}.zip`);
    const document = documents[index % documents.length] as string;
    const own = changed(files, document, (text) => {
      const isLines = document.endsWith('l');
      const lines = isLines ? text.split('\n').slice(0, -1) : [text];
      const at = Math.floor(random() * lines.length);
      lines[at] = JSON.stringify(mutated(JSON.parse(lines[at] as string) as Json, random));
      return isLines ? `${lines.join('\n')}\n` : (lines[0] as string);
    });
    writeFileSync(path, repacked(withManifest(own)));
    return path;
  });
  const byPython = verifiedByPython(cases);
  let clean = 0;
  for (const [index, path] of cases.entries()) {
    const report = verifiedNow(path);
    const codes = ({ findings }: Report) => findings.map(({ code, path: at }) => [code, at]).sort();
    expect([path, codes(byPython[index] as Report)]).toEqual([path, codes(report)]);
    if (report.findings.length > 0) continue;
    clean++;
    const signal = new AbortController().signal;
    const unpackedTo = join(folder, `${index}`);
    const content = await extractBundle(path, report, unpackedTo, signal);
    expect(contentOf(content, unpackedTo).runs).toHaveLength(2);
    const replayed = await replayBundle(content, unpackedTo, {
      spawn: noTrainer,
      ready: async () => {},
      datasetsFolder: join(distFolder, 'datasets'),
      folder: join(folder, `${index}-replay`),
      engine: null,
      threads: null,
      dataPath: null,
      now: () => new Date(0),
      signal,
      emit: () => {},
    });
    expect(replayed.every(({ verdict }) => verdict === 'not_verified')).toBe(true);
  }
  // Both outcomes occur: other dates and names change nothing that can be checked.
  expect(clean).toBeGreaterThan(20);
  expect(clean).toBeLessThan(400);
});

test.each([
  'bundle-1.zip',
  'bundle-1-global.zip',
  'bundle-2.zip',
  'bundle-2-global.zip',
  'bundle-3.zip',
  'bundle-3-keras.zip',
  'bundle-4.zip',
  'bundle-4-global.zip',
  'bundle-5.zip',
  'bundle-5-global.zip',
  'bundle-6.zip',
  'bundle-6-global.zip',
])('a bundle of an earlier format is clean for both verifiers, and opens: %s', async (name) => {
  const path = join(import.meta.dirname, '../golden', name);
  const report = verifiedNow(path);
  expect(report.findings).toEqual([]);
  expect(verifiedByPython([path])[0]?.findings).toEqual([]);
  const folder = join(tempFolder(), 'unpacked');
  const index = await extractBundle(path, report, folder, new AbortController().signal);
  expect(contentOf(index, folder).runs.length).toBe(report.runs.length);
});
