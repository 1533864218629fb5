import { createHash } from 'node:crypto';
import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { piecesOf } from '../../files/piecesOf';
import { remember, remembered } from './remembered';
import { STAMPS } from './stamps';
import { unreadable } from '../unreadable';

const stampSchema = z.strictObject({ stamp: z.string(), sha256: z.string() });

/** A file that was changed so lately may change again within the same tick of the file system's clock. */
const SETTLED_MS = 2_000;

/** The sha256 of files by their paths, of files that were read for something else. */
export type KnownHashes = ReadonlyMap<string, string>;

/** What a file or a folder holds, as far as that is known without reading it. */
export interface KnownContent {
  /** Changes with sizes and times of change. */
  readonly stamp: string;
  /** Null if it was never hashed as it is now. */
  readonly sha256: string | null;
}

/** @throws {AppError} file-not-found, bad-data */
export function knownContent(path: string, cacheFolder: string): KnownContent {
  try {
    const { stamp } = stampOf(filesOf(path));
    const known = remembered(memoryOf(path, cacheFolder), stampSchema);
    return { stamp, sha256: known?.stamp === stamp ? known.sha256 : null };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * The sha256 of a file, or of a folder's files with their names and sizes. Remembered for as long as sizes
 * and times of change stay what they are.
 *
 * @param now milliseconds since 1970
 * @param hashes of files that need not be read again
 * @throws {AppError} file-not-found, bad-data
 */
export function contentHash(
  path: string,
  cacheFolder: string,
  now: number,
  hashes: KnownHashes = new Map(),
): KnownContent & { readonly sha256: string } {
  try {
    const files = filesOf(path);
    const { stamp, changedMs } = stampOf(files);
    const memory = memoryOf(path, cacheFolder);
    const known = remembered(memory, stampSchema);
    if (known?.stamp === stamp) return known;
    const hash = hashOf(path, files, hashes);
    if (now - changedMs > SETTLED_MS) remember(memory, { stamp, sha256: hash });
    return { stamp, sha256: hash };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function memoryOf(path: string, cacheFolder: string): string {
  return join(cacheFolder, STAMPS, `${sha256(path)}.json`);
}

interface FileState {
  /** Path from the folder; '' for a file by itself. */
  readonly name: string;
  readonly stats: Stats;
}

/** What changes with a file: its size and times; of a folder, those of all that is in it. */
function stampOf(files: readonly FileState[]): {
  readonly stamp: string;
  readonly changedMs: number;
} {
  let changedMs = 0;
  const lines = files.map(({ name, stats: { size, mtimeMs, ctimeMs, ino } }) => {
    changedMs = Math.max(changedMs, mtimeMs, ctimeMs);
    return `${name} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
  });
  // As JSON, since a name may have any character in it.
  return { stamp: sha256(JSON.stringify(lines)), changedMs };
}

function hashOf(path: string, files: readonly FileState[], hashes: KnownHashes): string {
  const hashOfOne = (name: string) => {
    const own = join(path, name);
    return hashes.get(own) ?? hashOfFile(own);
  };
  if (files[0]?.name === '') return hashOfOne('');
  const lines = files.map(
    ({ name, stats }) => `${JSON.stringify(name)} ${stats.size} ${hashOfOne(name)}`,
  );
  return sha256(lines.join('\n'));
}

function hashOfFile(path: string): string {
  const hash = createHash('sha256');
  for (const piece of piecesOf(path)) hash.update(piece);
  return hash.digest('hex');
}

/**
 * All files in a folder; of a file, only itself. Links to folders are not followed. Each is looked at once:
 * in a folder of 20,000 pictures that takes longer than reading them.
 */
function filesOf(path: string): readonly FileState[] {
  const own = statSync(path);
  if (!own.isDirectory()) return [{ name: '', stats: own }];
  const below = (folder: string): FileState[] =>
    readdirSync(join(path, folder), { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'Thumbs.db')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) return below(name);
        const stats = statSync(join(path, name), { throwIfNoEntry: false });
        return stats?.isFile() === true ? [{ name, stats }] : [];
      });
  return below('');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
