import { basename, join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { pathsOf, withPaths, type DataSource } from '../../shared/data/dataSource';
import { availableMemory } from './availableMemory';
import { contentHash } from './cache/contentHash';
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
  return loadAt(placeOf(source, datasetsFolder, ports), source, datasetsFolder, ports);
}

async function loadAt(
  place: Place | null,
  source: DataSource,
  datasetsFolder: string,
  ports: LoadPorts,
): Promise<Dataset> {
  const cached = place && readCached(place.folder, place.now);
  if (cached) return cached;
  const { onProgress = () => {}, signal = null, memoryBytes = availableMemory() } = ports;
  const read = await readSource(source, datasetsFolder, { onProgress, signal, memoryBytes });
  // Of the built-in sets it is known.
  const repeated = source.kind === 'builtin' ? [] : repeatedNote(read);
  const dataset = { ...read, notes: [...read.notes, ...repeated] };
  onProgress(1, 1);
  if (place === null) return dataset;
  if (placeOf(source, datasetsFolder, ports)?.folder !== place.folder) {
    throw new AppError(
      'bad-data',
      `${filesOf(source, datasetsFolder).join(' or ')} changed while it was read.`,
      'Wait until it is written, then try again.',
    );
  }
  keep(place, dataset, source);
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
  const place = placeOf(source, datasetsFolder, ports);
  const facts = place && cachedFacts(place.folder);
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
  const place = placeOf(source, datasetsFolder, ports);
  const facts = place && cachedFacts(place.folder);
  if (place !== null && facts !== null) {
    const enough = most(facts);
    const dataset = enough < facts.rows ? readFirstRows(place.folder, enough) : null;
    if (dataset !== null) return { dataset, facts };
  }
  const dataset = await loadAt(place, source, datasetsFolder, ports);
  return { dataset, facts: factsOf(dataset) };
}

interface Place {
  readonly cacheFolder: string;
  readonly key: string;
  readonly folder: string;
  readonly now: Date;
}

/** Where a source's arrays are kept; null if its files cannot be read, which its reader describes best. */
function placeOf(source: DataSource, datasetsFolder: string, ports: LoadPorts): Place | null {
  const { cacheFolder = dataCacheFolder(), now = () => new Date() } = ports;
  const time = now();
  try {
    const hashes = filesOf(source, datasetsFolder).map((path) =>
      contentHash(path, cacheFolder, time.getTime()),
    );
    const key = cacheKey([withPaths(source, (path) => basename(path)), hashes]);
    return { cacheFolder, key, folder: entryFolder(cacheFolder, key), now: time };
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
  const name = source.kind === 'builtin' ? source.name : basename(source.path);
  try {
    makeRoom(cacheFolder, bytesOf(dataset));
    writeCached(cacheFolder, key, dataset, name);
  } catch {
    return;
  }
}
