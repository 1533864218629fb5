import { createHash } from 'node:crypto';
import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/lib/appError';
import { piecesOf } from '../../files/piecesOf';
import { remember, remembered } from './remembered';
import { STAMPS } from './stamps';
import { unreadable } from '../unreadable';

const stampSchema = z.strictObject({ stamp: z.string(), sha256: z.string() });

/** A file that was changed so lately may change again within the same tick of the file system's clock. */
const SETTLED_MS = 2_000;

/** A file that was read whole for something else. */
export interface ReadFile {
  readonly sha256: string;
  /** `stateOf` it as it was read. */
  readonly state: string;
}

/** What a file or a folder holds, as far as that is known without reading it. */
export interface KnownContent {
  /** Changes with sizes and times of change. */
  readonly stamp: string;
  /** Null if it was never hashed as it is now. */
  readonly sha256: string | null;
  readonly files: readonly FileState[];
  /** In milliseconds since 1970. */
  readonly changedMs: number;
}

/** @throws {AppError} file-not-found, bad-data */
export function knownContent(path: string, cacheFolder: string): KnownContent {
  try {
    const files = filesOf(path);
    const { stamp, changedMs } = stampOf(files);
    const known = remembered(memoryOf(path, cacheFolder), stampSchema);
    return { stamp, sha256: known?.stamp === stamp ? known.sha256 : null, files, changedMs };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * The sha256 of a file, or of a folder's files with their names and sizes. Remembered for as long as sizes
 * and times of change stay what they are.
 *
 * @param now milliseconds since 1970
 * @throws {AppError} file-not-found, bad-data
 */
export function contentHash(path: string, cacheFolder: string, now: number): KnownContent {
  const known = knownContent(path, cacheFolder);
  return known.sha256 === null ? hashedContent(path, cacheFolder, now, known, new Map()) : known;
}

/**
 * The same of what was looked at before it was read.
 * @param read files that need not be read again
 * @throws {AppError} file-not-found, bad-data where one of them changed in between
 */
export function hashedContent(
  path: string,
  cacheFolder: string,
  now: number,
  before: KnownContent,
  read: ReadonlyMap<string, ReadFile>,
): KnownContent {
  const { stamp, files, changedMs } = before;
  try {
    const sha256 = hashOf(path, files, read);
    if (now - changedMs > SETTLED_MS) {
      remember(memoryOf(path, cacheFolder), { stamp, sha256 });
    }
    return { ...before, sha256 };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function memoryOf(path: string, cacheFolder: string): string {
  return join(cacheFolder, STAMPS, `${sha256(path)}.json`);
}

/** Changes with whatever is written to a file. */
export function stateOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
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
  const lines = files.map(({ name, stats }) => {
    changedMs = Math.max(changedMs, stats.mtimeMs, stats.ctimeMs);
    return `${name} ${stateOf(stats)}`;
  });
  // As JSON, since a name may have any character in it.
  return { stamp: sha256(JSON.stringify(lines)), changedMs };
}

function hashOf(
  path: string,
  files: readonly FileState[],
  read: ReadonlyMap<string, ReadFile>,
): string {
  const hashOfOne = ({ name, stats }: FileState) => {
    const own = join(path, name);
    const known = read.get(own);
    if (known !== undefined && known.state !== stateOf(stats)) throw changed(own);
    return known?.sha256 ?? hashOfFile(own);
  };
  const [first] = files;
  if (first?.name === '') return hashOfOne(first);
  const lines = files.map(
    (own) => `${JSON.stringify(own.name)} ${own.stats.size} ${hashOfOne(own)}`,
  );
  return sha256(lines.join('\n'));
}

/** What to say of a file that is written to while it is read. */
export function changed(path: string): AppError {
  return new AppError(
    'bad-data',
    `${path} changed while it was read.`,
    'Wait until it is written, then try again.',
  );
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
