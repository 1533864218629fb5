// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SetupError } from './setupError.mjs';

/** @returns {string} where downloads and what is made of them live, outside any checkout */
export function cacheRoot() {
  const own = process.env['TWINTRAIN_CACHE'];
  if (own) return own;
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'twintrain');
}

/** @param {string} file @returns {Promise<string>} lower-case hex */
export async function sha256OfFile(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Makes a folder once: `fill` writes into a folder of its own, which takes its final name only when
 * complete. An interrupted or parallel set-up therefore never leaves half a folder under that name.
 *
 * @param {string} folder
 * @param {(work: string) => Promise<void>} fill
 * @returns {Promise<string>} folder
 */
export async function makeOnce(folder, fill) {
  if (existsSync(folder)) return folder;
  const work = `${folder}.part-${process.pid}`;
  try {
    await rm(work, { recursive: true, force: true });
    await makeFolder(work);
    await fill(work);
    await rename(work, folder).catch((error) => {
      // Another set-up finished first: its folder holds the same bytes.
      if (!existsSync(folder)) throw error;
    });
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(
      `Could not prepare ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      'free some disk space (2 GiB are needed) or choose another place with TWINTRAIN_CACHE=/some/folder.',
      error,
    );
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => {});
  }
  return folder;
}

/**
 * Creates a folder level by level: recursive mkdir spins for ever on some virtual file systems.
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function makeFolder(folder) {
  if (existsSync(folder)) {
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is a file, not a folder`);
    return;
  }
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
