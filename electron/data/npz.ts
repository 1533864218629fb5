import { once } from 'node:events';
import { open, type Entry, type ZipFile } from 'yauzl';
import type { NpyFacts } from '../../shared/data/chosen';
import { badData } from './badData';
import { parseNpyHeader } from './npy';
import { unreadable } from './unreadable';

const MOST_ARRAYS = 1_000;
const HEADER_BYTES = 128 * 1024;

/** Whether a file is an archive of arrays, by its name. */
export function isNpz(path: string): boolean {
  return /\.npz$/i.test(path);
}

/**
 * The arrays of an .npz archive, without their numbers.
 * @throws {AppError} file-not-found, bad-data
 */
export function npzArrays(path: string): Promise<readonly NpyFacts[]> {
  return inArchive(path, async (zip, entries) => {
    const arrays: NpyFacts[] = [];
    for (const [name, entry] of entries) {
      const bytes = await bytesOf(zip, entry, Math.min(HEADER_BYTES, entry.uncompressedSize));
      const { dtype, shape } = parseNpyHeader(bytes, `${path}, ${name}`);
      arrays.push({ name, dtype, shape });
    }
    return arrays;
  });
}

/**
 * The .npy bytes of one array.
 * @param memoryBytes that they may take
 * @throws {AppError} file-not-found, bad-data, out-of-memory
 */
export function npzArray(path: string, name: string, memoryBytes: number): Promise<Uint8Array> {
  return inArchive(path, async (zip, entries) => {
    const entry = entries.get(name);
    if (entry === undefined) {
      throw badData(
        `${path} has no array "${name}".`,
        `Choose one of: ${[...entries.keys()].slice(0, 12).join(', ')}.`,
      );
    }
    if (entry.uncompressedSize > memoryBytes) {
      throw badData(
        `${path}, ${name} has ${Math.round(entry.uncompressedSize / 2 ** 20)} MiB, more than the memory that is free.`,
        'Save a part of it.',
      );
    }
    return bytesOf(zip, entry, entry.uncompressedSize);
  });
}

async function inArchive<T>(
  path: string,
  act: (zip: ZipFile, entries: ReadonlyMap<string, Entry>) => Promise<T>,
): Promise<T> {
  let zip: ZipFile | null = null;
  try {
    zip = await opened(path);
    return await act(zip, await entriesOf(zip, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw unreadable(path, error);
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(
      `${path} is not an .npz archive that can be read: ${reason}`,
      'Save it with numpy.savez.',
      error,
    );
  } finally {
    zip?.close();
  }
}

function opened(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error === null ? resolve(zip) : reject(error),
    );
  });
}

/** By name, without `.npy`. */
async function entriesOf(zip: ZipFile, path: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  const done = once(zip, 'end');
  zip.on('entry', (entry: Entry) => {
    const name = entry.fileName.replace(/\.npy$/, '');
    if (name !== entry.fileName) entries.set(name, entry);
    if (entries.size <= MOST_ARRAYS) zip.readEntry();
    else zip.emit('error', badData(`${path} has more than ${MOST_ARRAYS} arrays.`, 'Save fewer.'));
  });
  zip.readEntry();
  await done;
  if (entries.size === 0)
    throw badData(`${path} has no arrays in it.`, 'Save some with numpy.savez.');
  return entries;
}

/** The first bytes of an entry. */
function bytesOf(zip: ZipFile, entry: Entry, length: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) return reject(error);
      const bytes = new Uint8Array(length);
      let done = 0;
      stream.on('data', (piece: Buffer) => {
        const part = piece.subarray(0, length - done);
        bytes.set(part, done);
        done += part.length;
        if (done === length) {
          resolve(bytes);
          stream.destroy();
        }
      });
      stream.on('error', reject);
      stream.on('end', () =>
        done === length ? resolve(bytes) : reject(new Error('it is cut off')),
      );
    });
  });
}
