import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../files/writeFile';
import { makeFolder } from '../../files/writeFolder';
import { MEASURED } from './measured';
import { STAMPS } from './stamps';
import { infoOf, type CachedInfo } from './dataCache';

const LIMIT_FILE = 'limit.json';
const GIB = 2 ** 30;
export const DEFAULT_LIMIT_BYTES = 8 * GIB;
const limitSchema = z.strictObject({ bytes: z.number().min(0) });

/** Prepared data that is kept. */
export interface CacheEntry {
  readonly key: string;
  readonly info: CachedInfo;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

/** What the cache holds, used last first. */
export function cacheEntries(cacheFolder: string): readonly CacheEntry[] {
  return keysIn(cacheFolder)
    .flatMap((key) => {
      try {
        const folder = join(cacheFolder, key);
        return [{ key, info: infoOf(folder), usedAt: statSync(join(folder, 'data.json')).mtimeMs }];
      } catch {
        return [];
      }
    })
    .sort((a, b) => b.usedAt - a.usedAt);
}

export function limitOf(cacheFolder: string): number {
  try {
    const text = readFileSync(join(cacheFolder, LIMIT_FILE), 'utf8');
    return limitSchema.parse(JSON.parse(text)).bytes;
  } catch {
    return DEFAULT_LIMIT_BYTES;
  }
}

/** @throws {AppError} cannot-write, disk-full */
export function setLimit(cacheFolder: string, bytes: number): void {
  makeFolder(cacheFolder);
  writeWhole(join(cacheFolder, LIMIT_FILE), JSON.stringify({ bytes }));
  makeRoom(cacheFolder, 0);
}

/** Removes what was not used for longest until `bytes` more fit below the limit. */
export function makeRoom(cacheFolder: string, bytes: number): void {
  const limit = limitOf(cacheFolder);
  let total = bytes;
  for (const { key, info } of cacheEntries(cacheFolder)) {
    total += info.bytes;
    if (total > limit) rmSync(join(cacheFolder, key), { recursive: true, force: true });
  }
  if (bytes > limit) throw new Error('It is larger than the cache may be');
}

/** Removes all prepared data, also what other versions wrote, and what was measured on it. */
export function emptyCache(cacheFolder: string): void {
  for (const key of [...keysIn(cacheFolder), STAMPS, MEASURED]) {
    rmSync(join(cacheFolder, key), { recursive: true, force: true });
  }
}

function keysIn(cacheFolder: string): readonly string[] {
  try {
    return readdirSync(cacheFolder).filter((name) => /^([0-9a-f]{64}|\.part-.*)$/.test(name));
  } catch {
    return [];
  }
}
