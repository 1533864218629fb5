import { chmodSync, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { open, type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../../shared/lib/appError';
import { makeFolder } from '../../files/writeFolder';
import { download, findOnIndex, type Get } from '../../runtime/download';

/** The wheel carries uv's executable. */
const VERSION = '0.13.9';
const WHEEL = `uv-${VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`;
const SHA256 = 'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19';

const openZip = promisify(
  open as (
    path: string,
    options: object,
    done: (error: Error | null, zip?: ZipFile) => void,
  ) => void,
);

/**
 * uv, fetched once from the package index and checked.
 * @returns the executable
 * @throws {AppError} download-failed, stopped, disk-full, cannot-write
 */
export async function ensureUv(
  cache: string,
  index: string,
  get: Get,
  signal: AbortSignal,
): Promise<string> {
  const folder = join(cache, `uv-${VERSION}-${SHA256.slice(0, 12)}`);
  const uv = join(folder, 'uv');
  if (existsSync(uv)) return uv;
  makeFolder(folder);
  const wheel = join(folder, WHEEL);
  const how = { get, signal, onProgress: () => {} };
  await download(await findOnIndex(index, 'uv', WHEEL, how), SHA256, wheel, how);
  await takeOut(wheel, `uv-${VERSION}.data/scripts/uv`, `${uv}.part`);
  chmodSync(`${uv}.part`, 0o755);
  renameSync(`${uv}.part`, uv);
  rmSync(wheel, { force: true });
  return uv;
}

async function takeOut(wheel: string, name: string, path: string): Promise<void> {
  const zip = (await openZip(wheel, { lazyEntries: true, autoClose: false })) as ZipFile;
  try {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', () => resolve(null));
      zip.on('entry', (own: Entry) => (own.fileName === name ? resolve(own) : zip.readEntry()));
      zip.readEntry();
    });
    if (entry === null) {
      throw new AppError('download-failed', `${wheel} has no ${name}.`, 'Try again.');
    }
    const stream = await new Promise<Readable>((resolve, reject) =>
      zip.openReadStream(entry, (error, own) => (error ? reject(error) : resolve(own))),
    );
    await pipeline(stream, createWriteStream(path));
  } finally {
    zip.close();
  }
}
