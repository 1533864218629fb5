import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { BUNDLE_FORMAT, type BundleFile, type BundleIndex } from '../../shared/bundle/bundleFile';
import { bundleFiles } from '../../shared/bundle/paths';
import { crateOf } from '../../shared/bundle/crate';
import { AppError } from '../../shared/lib/appError';
import type { Dataset } from '../data/dataset';
import { loadDataset } from '../data/loadDataset';
import { contentsOf } from './contents';
import { comparisonsOf, gatherRuns, processesOf, withoutFolders, type GatheredRun } from './gather';
import { hashFiles, manifestOf, writeArchive, type Progress } from './packBundle';
import type { Signer } from './signer';

export interface ExportOptions {
  /** Runs, or folders that hold runs. */
  readonly folders: readonly string[];
  readonly path: string;
  /** `hash` packs only the source of the data and its sha256. */
  readonly data: 'embed' | 'hash';
  readonly signer: Signer | null;
  readonly datasetsFolder: string;
  readonly version: string;
  readonly verifiers: { readonly node: string; readonly python: string };
  readonly signal: AbortSignal;
  /** Every file is read twice: to hash it, and to pack it. */
  readonly onProgress: (doneBytes: number, totalBytes: number) => Promise<void>;
}

export interface Exported {
  /** sha256 of the manifest: the same for the same evidence and signer. */
  readonly bundleId: string;
  /** sha256 of the archive. */
  readonly sha256: string;
  readonly bytes: number;
  readonly runs: number;
  /** Names of the runs whose training did not end as planned. */
  readonly unfinished: readonly string[];
}

/** How far a replay may be off: what float32 sums in another order add up to in some thousand steps. */
const TOLERANCE = { relative: 1e-4, absolute: 1e-5 };

/**
 * Packs runs into one archive; the same evidence gives the same bytes on every machine.
 * @throws {AppError} file-not-found, bad-run-folder, bad-data, cannot-write, disk-full, stopped
 */
export async function exportBundle(options: ExportOptions): Promise<Exported> {
  const runs = gatherRuns(options.folders);
  const datasets =
    options.data === 'embed' ? await datasetsOf(runs, options.datasetsFolder) : new Map();
  const index = indexOf(runs, datasets, options);
  const contents = contentsOf(index, runs, datasets, options.verifiers);
  const progress = progressOf(contents, options);
  const hashed = await hashFiles(contents, progress);
  const crate = crateOf(
    index,
    runs.map(({ name, manifest, evidence: { outcome } }) => ({ name, manifest, outcome })),
    [...hashed].sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
  const described = [
    ...hashed,
    ...(await hashFiles(
      [made(bundleFiles.crate, 'application/ld+json', `${JSON.stringify(crate, null, 2)}\n`)],
      progress,
    )),
  ];
  const manifest = manifestOf(described);
  const bundleId = createHash('sha256').update(manifest).digest('hex');
  const closing = await hashFiles(
    [
      made(bundleFiles.manifest, 'text/plain', manifest),
      ...(options.signer === null
        ? []
        : [
            made(bundleFiles.signature, 'application/json', options.signer.envelope(bundleId)),
            made(bundleFiles.publicKey, 'application/x-pem-file', options.signer.publicKey),
          ]),
    ],
    progress,
  );
  const sha256 = await writeArchive(options.path, [...described, ...closing], progress);
  const unfinished = runs
    .filter(({ evidence }) => evidence.outcome?.status !== 'finished')
    .map(({ name }) => name);
  return { bundleId, sha256, bytes: statSync(options.path).size, runs: runs.length, unfinished };
}

function indexOf(
  runs: readonly GatheredRun[],
  datasets: ReadonlyMap<string, Dataset>,
  { signer, version }: ExportOptions,
): BundleIndex {
  const data = new Map(runs.map(({ manifest }) => [manifest.data.sha256, manifest.data]));
  return {
    twintrain: 'bundle',
    format: BUNDLE_FORMAT,
    writtenBy: { name: 'twintrain', version },
    signedBy: signer?.keyId ?? null,
    tolerance: TOLERANCE,
    runs: runs.map(({ name, manifest }) => ({ name, data: manifest.data.sha256 })),
    processes: processesOf(runs),
    comparisons: comparisonsOf(runs),
    data: [...data.values()].map((own) => {
      const { sha256, rows, features, classes, targets, source, heldOut } = own;
      const { isWeighted = false, isGrouped = false } = own;
      const folder = `data/${sha256.slice(0, 16)}`;
      return {
        sha256,
        rows,
        features,
        classes,
        targets,
        aside: heldOut?.by === 'file' ? heldOut.rows : 0,
        isWeighted,
        isGrouped,
        source: withoutFolders(source),
        embedded: datasets.has(sha256)
          ? {
              inputs: `${folder}/inputs.npy`,
              labels: `${folder}/labels.npy`,
              ...(isWeighted && { weights: `${folder}/weights.npy` }),
              ...(isGrouped && { groups: `${folder}/groups.npy` }),
            }
          : null,
      };
    }),
  };
}

/** @throws {AppError} bad-data, file-not-found if the data is no longer there */
async function datasetsOf(
  runs: readonly GatheredRun[],
  datasetsFolder: string,
): Promise<ReadonlyMap<string, Dataset>> {
  const datasets = new Map<string, Dataset>();
  for (const { evidence, name } of runs) {
    const { source, sha256 } = evidence.manifest.data;
    if (datasets.has(sha256)) continue;
    const dataset = await loadDataset(source, datasetsFolder);
    if (dataset.sha256 !== sha256) {
      throw new AppError(
        'bad-data',
        `The data of ${name} changed since it was trained on: its sha256 is ${dataset.sha256}, but ${sha256} was recorded.`,
        'Bring the old file back, or export without the data.',
      );
    }
    datasets.set(sha256, dataset);
  }
  return datasets;
}

function made(path: string, encodingFormat: string, text: string): BundleFile {
  const bytes = Buffer.from(text);
  return { path, encodingFormat, description: '', content: { kind: 'bytes', bytes } };
}

function progressOf(contents: readonly BundleFile[], options: ExportOptions): Progress {
  const total = contents.reduce((sum, { content }) => sum + 2 * sizeOf(content), 0);
  let done = 0;
  return {
    signal: options.signal,
    advance: async (bytes) => {
      done = Math.min(done + bytes, total);
      await options.onProgress(done, total);
    },
  };
}

function sizeOf(content: BundleFile['content']): number {
  return content.kind === 'bytes' ? content.bytes.length : statSync(content.path).size;
}
