import { basename, join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { pathsOf, withPaths, type DataSource } from '../../shared/data/dataSource';
import { availableMemory } from './availableMemory';
import {
  contentHash,
  knownContent,
  type KnownContent,
  type KnownHashes,
} from './cache/contentHash';
import {
  bytesOf,
  cachedFacts,
  cacheKey,
  entryFolder,
  readCached,
  readFirstRows,
  writeCached,
} from './cache/dataCache';
import { dataCacheFolder } from './cache/dataCacheFolder';
import { makeRoom } from './cache/makeRoom';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import { factsOf } from './dataFacts';
import type { Dataset } from './dataset';
import { repeatedNote } from './repeatedRows';
import { readSource } from './readers';
import type { ReadPorts } from './readPorts';

export interface LoadPorts extends Partial<ReadPorts> {
  /** Where prepared data is kept. */
  readonly cacheFolder?: string;
  readonly now?: () => Date;
}

/**
 * The rows of a source, as arrays. What was read once is kept by the content of its files and by every
 * choice, so that other processes and later starts do not read it again.
 *
 * @param datasetsFolder where the built-in data sets lie
 * @throws {AppError} file-not-found, bad-data, stopped, out-of-memory
 */
export async function loadDataset(
  source: DataSource,
  datasetsFolder: string,
  ports: LoadPorts = {},
): Promise<Dataset> {
  return loadAt(lookUp(source, datasetsFolder, ports), source, datasetsFolder, ports);
}

async function loadAt(
  before: Place | null,
  source: DataSource,
  datasetsFolder: string,
  ports: LoadPorts,
): Promise<Dataset> {
  const cached = before?.folder && readCached(before.folder, before.now);
  if (cached) return cached;
  const { onProgress = () => {}, signal = null, memoryBytes = availableMemory() } = ports;
  const hashes = new Map<string, string>();
  const onHashed = (path: string, sha256: string) => void hashes.set(path, sha256);
  const readPorts = { onProgress, onHashed, signal, memoryBytes };
  const read = await readSource(source, datasetsFolder, readPorts);
  // Of the built-in sets it is known.
  const repeated = source.kind === 'builtin' ? [] : repeatedNote(read);
  const dataset = { ...read, notes: [...read.notes, ...repeated] };
  onProgress(1, 1);
  if (before === null) return dataset;
  const after = hashed(source, datasetsFolder, ports, hashes);
  if (after === null || (after.stamp !== before.stamp && after.key !== before.key)) {
    throw new AppError(
      'bad-data',
      `${filesOf(source, datasetsFolder).join(' or ')} changed while it was read.`,
      'Wait until it is written, then try again.',
    );
  }
  keep(after, dataset, source);
  return dataset;
}

/**
 * What is known about a source's rows, without the arrays where they were read before.
 * @throws {AppError} file-not-found, bad-data, stopped, out-of-memory
 */
export async function lookAtDataset(
  source: DataSource,
  datasetsFolder: string,
  ports: LoadPorts = {},
): Promise<DataFacts> {
  const place = lookUp(source, datasetsFolder, ports);
  const facts = place?.folder ? cachedFacts(place.folder) : null;
  return facts ?? factsOf(await loadAt(place, source, datasetsFolder, ports));
}

/**
 * Some of a source's first rows, and how many it has; all rows where it was not read before.
 * @param most how many rows are enough, given what is known of all
 * @throws {AppError} file-not-found, bad-data, stopped, out-of-memory
 */
export async function loadFirstRows(
  source: DataSource,
  datasetsFolder: string,
  most: (facts: DataFacts) => number,
  ports: LoadPorts = {},
): Promise<{ readonly dataset: Dataset; readonly facts: DataFacts }> {
  const place = lookUp(source, datasetsFolder, ports);
  const facts = place?.folder ? cachedFacts(place.folder) : null;
  if (place?.folder && facts !== null) {
    const enough = most(facts);
    const dataset = enough < facts.rows ? readFirstRows(place.folder, enough) : null;
    if (dataset !== null) return { dataset, facts };
  }
  const dataset = await loadAt(place, source, datasetsFolder, ports);
  return { dataset, facts: factsOf(dataset) };
}

interface Place {
  readonly cacheFolder: string;
  /** Changes with the files' sizes and times of change. */
  readonly stamp: string;
  /** Null if its files must be read to know it. */
  readonly key: string | null;
  readonly folder: string | null;
  readonly now: Date;
}

/**
 * Where a source's arrays may be kept. Pictures that were never read are not hashed first, as reading many
 * files twice takes twice the time: their place is known once they are read.
 * @returns null if its files cannot be read, which its reader describes best
 */
function lookUp(source: DataSource, datasetsFolder: string, ports: LoadPorts): Place | null {
  if (source.kind !== 'images') return hashed(source, datasetsFolder, ports, new Map());
  return placeOf(source, datasetsFolder, ports, knownContent);
}

/** Where a source's arrays are kept. @param hashes of files that were read already */
function hashed(
  source: DataSource,
  datasetsFolder: string,
  ports: LoadPorts,
  hashes: KnownHashes,
): Place | null {
  return placeOf(source, datasetsFolder, ports, (path, cacheFolder, now) =>
    contentHash(path, cacheFolder, now, hashes),
  );
}

function placeOf(
  source: DataSource,
  datasetsFolder: string,
  ports: LoadPorts,
  contentOf: (path: string, cacheFolder: string, now: number) => KnownContent,
): Place | null {
  const { cacheFolder = dataCacheFolder(), now: clock = () => new Date() } = ports;
  const now = clock();
  try {
    const contents = filesOf(source, datasetsFolder).map((path) =>
      contentOf(path, cacheFolder, now.getTime()),
    );
    const stamp = contents.map((own) => own.stamp).join();
    const hashes = contents.map(({ sha256 }) => sha256);
    if (hashes.includes(null)) return { cacheFolder, stamp, key: null, folder: null, now };
    const key = cacheKey([withPaths(source, (path) => basename(path)), hashes]);
    return { cacheFolder, stamp, key, folder: entryFolder(cacheFolder, key), now };
  } catch {
    return null;
  }
}

function filesOf(source: DataSource, datasetsFolder: string): readonly string[] {
  if (source.kind !== 'builtin') return pathsOf(source);
  return source.name === 'series' ? [] : [join(datasetsFolder, `${source.name}.csv`)];
}

/** Without room or permission, data is read again by every process. */
function keep({ cacheFolder, key }: Place, dataset: Dataset, source: DataSource): void {
  if (key === null) return;
  const name = source.kind === 'builtin' ? source.name : basename(source.path);
  try {
    makeRoom(cacheFolder, bytesOf(dataset));
    writeCached(cacheFolder, key, dataset, name);
  } catch {
    return;
  }
}
