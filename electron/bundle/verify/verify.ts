import { dataHead } from '../../../shared/data/dataHead';
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Report } from '../../../shared/bundle/finding';
import { bundleFiles } from '../../../shared/bundle/paths';
import {
  bundleIndexSchema,
  knownBundleFormats,
  type BundleIndex,
} from '../../../shared/bundle/bundleFile';
import { compareRuns, type Comparison } from '../../../shared/runs/divergence/compareRuns';
import type { RunEvidence } from '../../../shared/runs/run';
import { openFile } from '../../files/byteSource';
import { openArchive } from './archive';
import { checkCrate } from './crate';
import { checkExpected } from './expected';
import { Findings } from './findings';
import { readFormat } from './index';
import { checkManifest } from './manifest';
import { openFolder, type OpenedBundle } from './opened';
import { Reader } from './read';
import { checkRun } from './run';
import { checkSignature } from './signature';

const PIECE_BYTES = 1024 * 1024;

/**
 * Checks everything that a bundle, packed or unpacked, says about itself. Nothing is written, and
 * weights and data are read piece by piece.
 *
 * @param trusted id of the key that must have signed; null takes any or none
 * @yields bytes read since the last time, so that other work can go on in between
 * @throws the file system's error for `path`
 */
export function* verifyBundle(
  path: string,
  trusted: string | null = null,
): Generator<number, Report> {
  const findings = new Findings();
  if (statSync(path).isDirectory()) {
    return yield* check(path, openFolder(path, findings), trusted, findings);
  }
  const { source, close } = openFile(path);
  try {
    return yield* check(path, openArchive(source, findings), trusted, findings);
  } finally {
    close();
  }
}

function* check(
  path: string,
  bundle: OpenedBundle | null,
  trusted: string | null,
  findings: Findings,
): Generator<number, Report> {
  const none = { state: 'none', keyId: null } as const;
  const empty = { bundle: path, bundleId: null, files: 0, runs: [], signature: none };
  if (bundle === null) return { ...empty, isBundle: false, findings: [] };
  // If the archive itself is broken, no finding can point at a file in it.
  if (bundle.files.size === 0) return { ...empty, isBundle: true, findings: findings.list() };
  const reader = new Reader(bundle, findings);
  const bundleId = yield* checkManifest(bundle, reader, findings);
  const known = { ...empty, isBundle: true, bundleId, files: bundle.files.size };
  const format = reader.json(bundleFiles.index, readFormat);
  const isKnown = knownBundleFormats.some((own) => own === format);
  if (format !== null && !isKnown) {
    findings.add('format-unsupported', bundleFiles.index, knownBundleFormats.join(', '), format);
  }
  const index = isKnown ? reader.typed(bundleFiles.index, bundleIndexSchema) : null;
  if (index === null) return { ...known, findings: findings.list() };
  const signature = checkSignature(reader, index.signedBy, bundleId, trusted, findings);
  checkExpected(bundle, index, findings);
  const evidence = new Map<string, RunEvidence | null>();
  for (const { name, data } of index.runs) {
    evidence.set(name, checkRun(name, data, bundle, reader, findings));
    yield 0;
  }
  checkComparisons(index, evidence, findings);
  yield* checkData(index, bundle, findings);
  checkCrate(bundle, reader, findings);
  const runs = index.runs.map(({ name }) => name);
  return { ...known, runs, signature, findings: findings.list() };
}

/** Checks the verdicts that the bundle states against its records. */
function checkComparisons(
  index: BundleIndex,
  evidence: ReadonlyMap<string, RunEvidence | null>,
  findings: Findings,
): void {
  for (const { runs, comparison } of index.comparisons) {
    const [a, b] = runs.map((name) => evidence.get(name));
    const place = `${bundleFiles.index} ${runs.join(' ')}`;
    if (a === undefined || b === undefined)
      findings.add('verdict-differs', place, 'two of its runs');
    if (!a || !b) continue;
    const said = index.format === 1 ? inFormat1 : inFull;
    const [expected, stated] = [said(compareRuns(a, b)), said(comparison)];
    if (expected !== stated) findings.add('verdict-differs', place, expected, stated);
  }
}

type Told = Pick<Comparison, 'verdict' | 'firstDifference'>;

function inFull({ verdict, firstDifference }: Told): string {
  if (firstDifference === null) return verdict;
  const { step, kind, layer } = firstDifference;
  return `${verdict} at step ${step} (${[kind, layer].filter((own) => own !== null).join(' ')})`;
}

/** Format 1 ordered differences by kind, not by time, and ignored networks: only "exact" still holds. */
function inFormat1({ verdict }: Told): string {
  return verdict === 'exact' ? 'exact' : 'not exact';
}

/** Checks embedded rows and labels against the hash that the runs recorded. */
function* checkData(
  index: BundleIndex,
  bundle: OpenedBundle,
  findings: Findings,
): Generator<number> {
  for (const { sha256, rows, features, embedded, ...parts } of index.data) {
    if (embedded === null) continue;
    const hash = createHash('sha256').update(`${dataHead(rows, features, parts)}\n`);
    const arrays = [
      { path: embedded.inputs, bytes: rows * features * 4 },
      { path: embedded.labels, bytes: rows * Math.max(1, parts.targets) * 4 },
      ...(parts.isWeighted ? [{ path: embedded.weights ?? '', bytes: rows * 4 }] : []),
      ...(parts.isGrouped ? [{ path: embedded.groups ?? '', bytes: rows * 4 }] : []),
    ];
    for (const { path, bytes } of arrays) {
      const file = bundle.files.get(path);
      if (file === undefined || file.size < bytes) {
        findings.add('data-hash', path, `${bytes} bytes of numbers`, `${file?.size ?? 0} bytes`);
        continue;
      }
      // A .npy file is a header and then the numbers.
      const start = file.size - bytes;
      for (let at = 0; at < bytes; at += PIECE_BYTES) {
        const length = Math.min(PIECE_BYTES, bytes - at);
        hash.update(file.use((source) => source.read(start + at, length)));
        yield length;
      }
    }
    const found = hash.digest('hex');
    if (found !== sha256) findings.add('data-hash', embedded.inputs, sha256, found);
  }
}
