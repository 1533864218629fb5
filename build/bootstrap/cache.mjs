// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { SetupError } from './setupError.mjs';

const PART = '.part-';

/** @returns {string} where downloads and what is built from them are kept, outside any checkout */
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
 * Makes a folder once: `fill` writes into a temporary folder, which gets its final name only when
 * complete. An interrupted or parallel set-up therefore never leaves half a folder under that name.
 *
 * @param {string} folder
 * @param {(work: string) => Promise<void>} fill
 * @returns {Promise<string>} folder
 */
export async function makeOnce(folder, fill) {
  if (existsSync(folder)) return folder;
  let work = '';
  try {
    await makeFolder(dirname(folder));
    await removeAbandoned(folder);
    work = await mkdtemp(`${folder}${PART}${process.pid}-`);
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
    if (work !== '') await rm(work, { recursive: true, force: true }).catch(() => {});
  }
  return folder;
}

/** Removes what interrupted set-ups left; a folder's name says which process was filling it. */
/** @param {string} folder */
async function removeAbandoned(folder) {
  const prefix = `${basename(folder)}${PART}`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length)))) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
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
