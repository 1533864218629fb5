import type { PreparedData } from '../../../shared/data/preparedData';
import { dataCacheFolder } from './dataCacheFolder';
import { cacheEntries, emptyCache, limitOf, setLimit } from './makeRoom';

/** What is kept of data that was read. */
export function preparedData(folder = dataCacheFolder()): PreparedData {
  return {
    folder,
    limitBytes: limitOf(folder),
    entries: cacheEntries(folder).map(({ key, usedAt, info: { name, rows, features, bytes } }) => ({
      key,
      name,
      rows,
      features,
      bytes,
      usedAt: new Date(usedAt).toISOString(),
    })),
  };
}

export function emptyPreparedData(folder = dataCacheFolder()): PreparedData {
  emptyCache(folder);
  return preparedData(folder);
}

/** @throws {AppError} cannot-write, disk-full */
export function limitPreparedData(bytes: number, folder = dataCacheFolder()): PreparedData {
  setLimit(folder, bytes);
  return preparedData(folder);
}
