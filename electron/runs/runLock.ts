import { join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { runFiles } from '../../shared/runs/runFiles';
import { holderOf, takeLock } from '../files/processLock';

/**
 * Keeps other processes from writing into a run's folder.
 * @returns a function that releases the lock
 * @throws {AppError} busy, cannot-write, disk-full
 */
export function lockRun(folder: string): () => void {
  const lock = takeLock(join(folder, runFiles.lock));
  if (typeof lock === 'function') return lock;
  throw isTrained(folder, lock.holder);
}

/** For a process that takes the lock by itself. @throws {AppError} busy */
export function refuseLockedRun(folder: string): void {
  const holder = holderOf(join(folder, runFiles.lock));
  if (holder !== null) throw isTrained(folder, holder);
}

function isTrained(folder: string, holder: number): AppError {
  return new AppError(
    'busy',
    `${folder} is being trained by another process (${holder}).`,
    `Wait until it has finished or stop it, then resume. If process ${holder} is another program, delete ${runFiles.lock} there.`,
  );
}
