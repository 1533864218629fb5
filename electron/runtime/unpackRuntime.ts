import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  existsSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { open, type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../shared/lib/appError';
import { makeFolder, writeError } from '../files/writeFolder';
import { runtimeParts } from './runtimeFolder';

const openZip = promisify(
  open as (
    path: string,
    options: object,
    done: (error: Error | null, zip?: ZipFile) => void,
  ) => void,
);
/** The largest library of the pinned wheels has 1,046 MiB. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;

/**
 * Takes the libraries out of TensorFlow's wheel, and of NVIDIA's where they are given, and puts the
 * binding beside them. The folder appears under its name when all of it is there.
 * @param wheels TensorFlow's first; their sha256 was checked
 * @throws {AppError} download-failed for what is no such wheel, disk-full, cannot-write
 */
export async function unpackRuntime(
  wheels: readonly string[],
  binding: string,
  folder: string,
): Promise<void> {
  if (existsSync(folder)) return;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  makeFolder(part);
  try {
    for (const [index, wheel] of wheels.entries()) {
      await unpack(wheel, part, index === 0 ? tensorflowPart : nvidiaPart);
    }
    const missing = runtimeParts.libraries.filter((name) => !existsSync(join(part, name)));
    if (missing.length > 0) throw noWheel(wheels[0] ?? '', `it has no ${missing.join(', ')}`);
    copyFileSync(binding, join(part, runtimeParts.binding));
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw writeError(error, folder);
  }
}

/** Where an entry of an archive belongs; null leaves it out. Nothing else of a name decides a path. */
type PlaceOf = (entry: string) => string | null;

const tensorflowPart: PlaceOf = (entry) =>
  runtimeParts.libraries.find((name) => entry === `tensorflow/${name}`) ?? null;

/** Libraries to load, and what XLA compiles for the card with. */
const nvidiaPart: PlaceOf = (entry) =>
  /^nvidia\/\w+\/(lib\/\w[\w.+-]*\.so[\d.]*|bin\/ptxas|nvvm\/libdevice\/libdevice\.10\.bc)$/.test(
    entry,
  )
    ? entry
    : null;

async function unpack(wheel: string, folder: string, placeOf: PlaceOf): Promise<void> {
  const zip = (await openZip(wheel, { lazyEntries: true, autoClose: false })) as ZipFile;
  let taken = 0;
  const take = async (entry: Entry) => {
    const place = placeOf(entry.fileName);
    if (place === null) return;
    if (entry.uncompressedSize > MOST_BYTES) throw noWheel(wheel, `${place} is too large`);
    const path = join(folder, place);
    makeFolder(dirname(path));
    await pipeline(await read(zip, entry), createWriteStream(path));
    if (place.endsWith('/ptxas')) chmodSync(path, 0o755);
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
    if (taken === 0) throw noWheel(wheel, 'it holds none of the libraries');
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
    `${wheel} is not what it should be: ${why}.`,
    'Choose the files that are named in the window.',
  );
}
