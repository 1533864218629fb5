import { copyFileSync, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { open, type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../shared/lib/appError';
import { makeFolder, writeError } from '../store/writeFolder';
import { runtimeParts } from './runtimeFolder';

const openZip = promisify(
  open as (
    path: string,
    options: object,
    done: (error: Error | null, zip?: ZipFile) => void,
  ) => void,
);
/** The libraries of the pinned wheel have 814 MiB. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;

/**
 * Takes the libraries out of TensorFlow's wheel and puts the binding beside them. The folder appears
 * under its name when all of it is there.
 * @param wheel whose sha256 was checked
 * @throws {AppError} download-failed for what is no such wheel, disk-full, cannot-write
 */
export async function unpackRuntime(wheel: string, binding: string, folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  makeFolder(part);
  try {
    await unpackLibraries(wheel, part);
    copyFileSync(binding, join(part, runtimeParts.binding));
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw writeError(error, folder);
  }
}

async function unpackLibraries(wheel: string, folder: string): Promise<void> {
  const zip = (await openZip(wheel, { lazyEntries: true, autoClose: false })) as ZipFile;
  const missing = new Set<string>(runtimeParts.libraries);
  const take = async (entry: Entry) => {
    const name = entry.fileName.replace(/^tensorflow\//, '');
    // By exact name: nothing of the archive decides where something is written.
    if (!missing.delete(name)) return;
    if (entry.uncompressedSize > MOST_BYTES) throw noWheel(wheel, `${name} is too large`);
    await pipeline(await read(zip, entry), createWriteStream(join(folder, name)));
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
    if (missing.size > 0) throw noWheel(wheel, `it has no ${[...missing].join(', ')}`);
  } finally {
    zip.close();
  }
}

function read(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream))),
  );
}

function noWheel(wheel: string, why: string): AppError {
  return new AppError(
    'download-failed',
    `${wheel} is not TensorFlow's wheel: ${why}.`,
    'Choose the file that is named in the window.',
  );
}
