import { basename, join } from 'node:path';
import { pathsOf, withPaths, type DataSource } from '../../shared/data/dataSource';
import { availableMemory } from './availableMemory';
import {
  changed,
  contentHash,
  hashedContent,
  knownContent,
  type KnownContent,
  type ReadFile,
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
  const files = new Map<string, ReadFile>();
  const onRead = (path: string, file: ReadFile) => void files.set(path, file);
  const readPorts = { onProgress, onRead, signal, memoryBytes };
  const read = await readSource(source, datasetsFolder, readPorts);
  // Of the built-in sets it is known.
  const repeated = source.kind === 'builtin' ? [] : repeatedNote(read);
  const dataset = { ...read, notes: [...read.notes, ...repeated] };
  onProgress(1, 1);
  if (before === null) return dataset;
  const after =
    before.key === null
      ? afterReading(before, source, ports, files)
      : lookUp(source, datasetsFolder, ports);
  if (after === null || (after.stamp !== before.stamp && after.key !== before.key)) {
    throw changed(filesOf(source, datasetsFolder).join(' or '));
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
  /** Of each of its files. */
  readonly contents: readonly KnownContent[];
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
  const { cacheFolder = dataCacheFolder(), now: clock = () => new Date() } = ports;
  const now = clock();
  const contentOf = source.kind === 'images' ? knownContent : contentHash;
  try {
    const contents = filesOf(source, datasetsFolder).map((path) =>
      contentOf(path, cacheFolder, now.getTime()),
    );
    return placeOf(source, contents, cacheFolder, now);
  } catch {
    return null;
  }
}

/** Where a source's arrays are kept, once its files are read. @throws {AppError} bad-data if one changed */
function afterReading(
  { contents, cacheFolder, now }: Place,
  source: DataSource,
  { now: clock = () => now }: LoadPorts,
  files: ReadonlyMap<string, ReadFile>,
): Place {
  const paths = filesOf(source, '');
  const hashed = contents.map((own, at) =>
    hashedContent(paths[at] ?? '', cacheFolder, clock().getTime(), own, files),
  );
  return placeOf(source, hashed, cacheFolder, now);
}

function placeOf(
  source: DataSource,
  contents: readonly KnownContent[],
  cacheFolder: string,
  now: Date,
): Place {
  const stamp = contents.map((own) => own.stamp).join();
  const hashes = contents.map(({ sha256 }) => sha256);
  const place = { cacheFolder, contents, stamp, now };
  if (hashes.includes(null)) return { ...place, key: null, folder: null };
  const key = cacheKey([withPaths(source, (path) => basename(path)), hashes]);
  return { ...place, key, folder: entryFolder(cacheFolder, key) };
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
