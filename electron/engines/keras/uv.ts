import { createHash } from 'node:crypto';
import { createReadStream, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/lib/appError';
import { makeFolder } from '../../files/writeFolder';
import { download, findOnIndex, type Get } from '../../runtime/download';
import { unpackWheel } from '../../runtime/unpackWheel';

/** The wheel carries uv's executable. */
const VERSION = '0.13.9';
const WHEEL = `uv-${VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`;
const EXECUTABLE = `uv-${VERSION}.data/scripts/uv`;
const SHA256 = 'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19';

export interface UvSource {
  /** A package index, which is asked unless there is a folder of wheels. */
  readonly index: string;
  readonly get: Get;
  /** A folder of wheels, for machines without a network; null fetches. */
  readonly wheels: string | null;
}

/**
 * uv, taken once from the package index or a folder of wheels and checked.
 * @returns the executable
 * @throws {AppError} download-failed, stopped, disk-full, cannot-write
 */
export async function ensureUv(
  cache: string,
  { index, get, wheels }: UvSource,
  signal: AbortSignal,
): Promise<string> {
  const folder = join(cache, `uv-${VERSION}-${SHA256.slice(0, 12)}`);
  const uv = join(folder, 'uv');
  if (existsSync(uv)) return uv;
  makeFolder(folder);
  const fetched = join(folder, WHEEL);
  const wheel = wheels === null ? fetched : await givenWheel(wheels);
  if (wheels === null) {
    const how = { get, signal, onProgress: () => {} };
    await download(await findOnIndex(index, 'uv', WHEEL, how), SHA256, fetched, how);
  }
  // Under its own name only once it is whole.
  const part = join(folder, 'part');
  await unpackWheel(wheel, part, (entry) => (entry === EXECUTABLE ? 'uv' : null));
  renameSync(join(part, 'uv'), uv);
  for (const left of [part, fetched]) rmSync(left, { recursive: true, force: true });
  return uv;
}

async function givenWheel(folder: string): Promise<string> {
  const wheel = join(folder, WHEEL);
  const why = !existsSync(wheel)
    ? 'is missing'
    : (await sha256Of(wheel)) === SHA256
      ? null
      : 'has another sha256';
  if (why === null) return wheel;
  throw new AppError(
    'download-failed',
    `${wheel} ${why}: uv ${VERSION} installs the environment.`,
    `Put it there ("pip download --no-deps uv==${VERSION}"), then try again.`,
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
