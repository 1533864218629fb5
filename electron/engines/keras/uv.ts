import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../files/writeFolder';
import { download, findOnIndex, type Get } from '../../runtime/download';
import { unpackWheel } from '../../runtime/unpackWheel';

/** The wheel carries uv's executable. */
const VERSION = '0.13.9';
const WHEEL = `uv-${VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`;
const EXECUTABLE = `uv-${VERSION}.data/scripts/uv`;
const SHA256 = 'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19';

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
  // It gets its name only once it is complete.
  const part = join(folder, 'part');
  await unpackWheel(wheel, part, (entry) => (entry === EXECUTABLE ? 'uv' : null));
  renameSync(join(part, 'uv'), uv);
  for (const left of [part, wheel]) rmSync(left, { recursive: true, force: true });
  return uv;
}
