import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { lockFileSchema } from '../../shared/lib/lockFile';
import { writeError } from './writeFolder';

/**
 * Takes a lock file for this process. A lock left by a killed process does not count, nor does one
 * that was copied with its folder.
 * @returns a function that releases it, or the process that holds it
 * @throws {AppError} cannot-write, disk-full
 */
export function takeLock(path: string): (() => void) | { readonly holder: number } {
  const own = `${JSON.stringify({ pid: process.pid, folder: resolve(dirname(path)) })}\n`;
  try {
    writeFileSync(path, own, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(error, path);
    const holder = holderOf(path);
    if (holder !== null) return { holder };
    writeFileSync(path, own);
  }
  return () => rmSync(path, { force: true });
}

/** The running process, other than this one, that holds a lock; null if there is none. */
export function holderOf(path: string): number | null {
  try {
    const lock = lockFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (lock.folder !== resolve(dirname(path)) || lock.pid === process.pid) return null;
    return isAlive(lock.pid) ? lock.pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Signalling another user's process is not permitted, so it is alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
