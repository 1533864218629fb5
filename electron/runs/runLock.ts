import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { runFiles, runLockSchema } from '../../shared/runs/runFiles';
import { writeError } from '../files/writeFolder';

/**
 * Keeps other processes from writing into a run's folder. A lock left by a killed process does not
 * count, nor does one that was copied with a folder.
 * @returns a function that releases the lock
 * @throws {AppError} busy, cannot-write, disk-full
 */
export function lockRun(folder: string): () => void {
  const path = join(folder, runFiles.lock);
  const own = `${JSON.stringify({ pid: process.pid, folder: resolve(folder) })}\n`;
  try {
    writeFileSync(path, own, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(error, path);
    const holder = holderOf(path, folder);
    if (holder !== null) {
      throw new AppError(
        'busy',
        `${folder} is being trained by another process (${holder}).`,
        `Wait until it has finished or stop it, then resume. If process ${holder} is another program, delete ${runFiles.lock} there.`,
      );
    }
    writeFileSync(path, own);
  }
  return () => rmSync(path, { force: true });
}

/** The running process that holds the lock; null if there is none. */
function holderOf(path: string, folder: string): number | null {
  try {
    const lock = runLockSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (lock.folder !== resolve(folder) || lock.pid === process.pid) return null;
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
