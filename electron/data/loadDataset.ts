import { basename, join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { pathsOf, withPaths, type DataSource } from '../../shared/data/dataSource';
import { availableMemory } from './availableMemory';
import { contentHash } from './cache/contentHash';
import { cacheKey, entryFolder, readCached, writeCached } from './cache/dataCache';
import { dataCacheFolder } from './cache/dataCacheFolder';
import { makeRoom } from './cache/makeRoom';
import type { Dataset } from './dataset';
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
  {
    onProgress = () => {},
    signal = null,
    memoryBytes = availableMemory(),
    cacheFolder = dataCacheFolder(),
    now = () => new Date(),
  }: LoadPorts = {},
): Promise<Dataset> {
  const paths = filesOf(source, datasetsFolder);
  const ports = { onProgress, signal, memoryBytes };
  const hashes = () => paths.map((path) => contentHash(path, cacheFolder, now().getTime()));
  let before: readonly string[];
  try {
    before = hashes();
  } catch {
    // Its reader knows best what is wrong with it.
    return readSource(source, datasetsFolder, ports);
  }
  const key = cacheKey([withPaths(source, (path) => basename(path)), before]);
  const cached = readCached(entryFolder(cacheFolder, key), now());
  if (cached !== null) return cached;
  const dataset = await readSource(source, datasetsFolder, ports);
  if (hashes().some((hash, at) => hash !== before[at])) {
    throw new AppError(
      'bad-data',
      `${paths.join(' or ')} changed while it was read.`,
      'Wait until it is written, then try again.',
    );
  }
  onProgress(1, 1);
  keep(cacheFolder, key, dataset, source);
  return dataset;
}

function filesOf(source: DataSource, datasetsFolder: string): readonly string[] {
  if (source.kind !== 'builtin') return pathsOf(source);
  return source.name === 'series' ? [] : [join(datasetsFolder, `${source.name}.csv`)];
}

/** Without room or permission, data is read again by every process. */
function keep(cacheFolder: string, key: string, dataset: Dataset, source: DataSource): void {
  const name = source.kind === 'builtin' ? source.name : basename(source.path);
  try {
    makeRoom(cacheFolder, dataset.inputs.byteLength);
    writeCached(cacheFolder, key, dataset, name);
  } catch {
    return;
  }
}
