import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import seedrandom from 'seedrandom';
import { beforeAll, expect, test } from 'vitest';
import { exportBundle } from '../../electron/bundle/exportBundle';
import { newPrivateKey, signerOf } from '../../electron/bundle/signer';
import { verifiedNow } from '../../electron/bundle/verify/verifiedNow';
import { findingCodes, type Report } from '../../shared/bundle/finding';
import { distFolder } from '../helpers/lab';
import { changed, repacked, unpacked, withManifest } from '../helpers/packed';
import { tempFolder } from '../helpers/tempFolder';
import { trainedPair } from '../helpers/trainedPair';
import { verifiedByPython } from '../helpers/verifiedByPython';
import { forgeries } from './fixtures';

const signer = signerOf(newPrivateKey());
let bundle: Buffer;

beforeAll(async () => {
  const runs = await trainedPair();
  const path = join(runs, 'bundle.zip');
  await exportBundle({
    folders: [runs],
    path,
    data: 'embed',
    signer,
    datasetsFolder: join(distFolder, 'datasets'),
    version: '1.2.3',
    verifiers: {
      node: join(distFolder, 'electron/verify.mjs'),
      python: join(distFolder, 'electron/verify.py'),
    },
    signal: new AbortController().signal,
    onProgress: async () => {},
  });
  bundle = readFileSync(path);
});

/** What two verifiers must agree on. */
const gist = ({ isBundle, bundleId, signature, findings }: Report) => ({
  isBundle,
  bundleId,
  signature: signature.state,
  findings: findings.map(({ code, path }) => `${code} ${path}`).sort(),
});

test('a bundle as it was exported is clean, packed and unpacked, for both verifiers', () => {
  const folder = tempFolder();
  const path = join(folder, 'clean.zip');
  writeFileSync(path, bundle);
  spawnSync('python3', ['-m', 'zipfile', '-e', path, join(folder, 'unpacked')]);
  for (const place of [path, join(folder, 'unpacked')]) {
    const report = verifiedNow(place);
    expect(report.findings).toEqual([]);
    expect(report.signature).toEqual({ state: 'valid', keyId: signer.keyId });
    expect(report.runs).toEqual(['sequential', 'subclass']);
    expect(gist(verifiedByPython([place])[0] as Report)).toEqual(gist(report));
  }
});

test('every finding has a forgery that triggers it, and both verifiers agree', () => {
  const folder = tempFolder();
  const cases = findingCodes.flatMap((code) =>
    forgeries[code].map((forge, index) => {
      const path = join(folder, `${code}-${index}.zip`);
      const bytes = forge(bundle);
      if (code !== 'signature-untrusted') expect(bytes.equals(bundle)).toBe(false);
      writeFileSync(path, bytes);
      return { code, path };
    }),
  );
  const byPython = verifiedByPython(cases.map(({ path }) => path));
  cases.forEach(({ code, path }, index) => {
    const report = verifiedNow(path, code === 'signature-untrusted' ? 'c'.repeat(64) : null);
    expect([path, report.findings.map((finding) => finding.code)]).toEqual([
      path,
      expect.arrayContaining([code]),
    ]);
    if (code === 'signature-untrusted') return;
    expect([path, gist(byPython[index] as Report)]).toEqual([path, gist(report)]);
  });
});

test('1,000 mutations: each gives a finding, or the bundle is the same', () => {
  const random = seedrandom('mutations');
  const upTo = (limit: number) => Math.floor(random() * limit);
  const all = Object.values(forgeries).flat();
  const kinds: readonly ((bytes: Buffer) => Buffer)[] = [
    (bytes) => {
      const copy = Buffer.from(bytes);
      const at = upTo(copy.length);
      copy[at] = (copy[at] as number) ^ (1 << upTo(8));
      return copy;
    },
    (bytes) => bytes.subarray(0, upTo(bytes.length)),
    (bytes) =>
      Buffer.concat([bytes.subarray(0, upTo(bytes.length)), bytes.subarray(upTo(bytes.length))]),
    (bytes) => {
      const files = unpacked(bytes);
      files.splice(upTo(files.length), 1);
      return repacked(random() < 0.5 ? files : withManifest(files));
    },
    (bytes) => {
      const files = unpacked(bytes);
      const one = files[upTo(files.length)] as (typeof files)[0];
      return repacked([
        ...files,
        random() < 0.5 ? one : { ...one, path: `x${upTo(9)}/${one.path}` },
      ]);
    },
    (bytes) => {
      // One byte of one file, with everything else made to fit.
      const files = unpacked(bytes);
      const one = files[upTo(files.length)] as (typeof files)[0];
      return repacked(
        withManifest(
          changed(files, one.path, (text) => {
            const at = upTo(text.length);
            return text.slice(0, at) + String.fromCharCode(upTo(256)) + text.slice(at + 1);
          }),
        ),
      );
    },
    (bytes) => (all[upTo(all.length)] as (typeof all)[0])(bytes),
  ];
  const folder = tempFolder();
  const cases = Array.from({ length: 1_000 }, (_, index) => {
    const path = join(folder, `${index}.zip`);
    let bytes = (kinds[index % kinds.length] as (typeof kinds)[0])(bundle);
    // 64 MiB of a file that is too large would fill the disk a few hundred times.
    if (bytes.length > 2 ** 24) bytes = bytes.subarray(0, 2 ** 20);
    writeFileSync(path, bytes);
    return { path, isSame: bytes.equals(bundle) };
  });
  const byPython = verifiedByPython(cases.map(({ path }) => path));
  const counts = new Map<string, number>();
  cases.forEach(({ path, isSame }, index) => {
    const report = verifiedNow(path);
    expect([path, isSame || !report.isBundle || report.findings.length > 0]).toEqual([path, true]);
    expect([path, gist(byPython[index] as Report)]).toEqual([path, gist(report)]);
    for (const { code } of report.findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  });
  // The mutations reach far into the verifier, not only its first check.
  expect(counts.size).toBeGreaterThan(25);
});
