import { chmodSync, createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { open, type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../shared/lib/appError';
import { makeFolder } from '../files/writeFolder';

const openZip = promisify(
  open as (
    path: string,
    options: object,
    done: (error: Error | null, zip?: ZipFile) => void,
  ) => void,
);
/** The largest library of the pinned wheels has 1,046 MiB. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;

/** Where to write an entry of an archive; null skips it. An entry's own name never decides the path. */
export type PlaceOf = (entry: string) => string | null;

/**
 * Takes entries out of a wheel.
 * @throws {AppError} download-failed if it has none of them
 */
export async function unpackWheel(wheel: string, folder: string, placeOf: PlaceOf): Promise<void> {
  const zip = (await openZip(wheel, { lazyEntries: true, autoClose: false })) as ZipFile;
  let taken = 0;
  const take = async (entry: Entry) => {
    const place = placeOf(entry.fileName);
    if (place === null) return;
    if (entry.uncompressedSize > MOST_BYTES) throw noWheel(wheel, `${place} is too large`);
    const path = join(folder, place);
    makeFolder(dirname(path));
    await pipeline(await read(zip, entry), createWriteStream(path));
    if (/(^|\/)(ptxas|uv)$/.test(place)) chmodSync(path, 0o755);
    taken++;
  };
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry: Entry) => {
        take(entry).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
    if (taken === 0) throw noWheel(wheel, 'it has none of the expected files');
  } finally {
    zip.close();
  }
}

function read(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream))),
  );
}

/** The error for a wheel that is not the expected one. */
export function noWheel(wheel: string, why: string): AppError {
  return new AppError(
    'download-failed',
    `${wheel} is not the expected file: ${why}.`,
    'Choose the files that are named in the window.',
  );
}
