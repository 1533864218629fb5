import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../shared/lib/appError';

/**
 * Creates a folder level by level: Node's recursive mkdir never returns on some virtual file systems.
 * @throws {AppError} cannot-write, disk-full
 */
export function makeFolder(path: string): string {
  const folder = resolve(path);
  if (existsSync(folder)) {
    if (statSync(folder).isDirectory()) return folder;
    throw new AppError(
      'cannot-write',
      `${folder} is a file, not a folder.`,
      'Choose another folder.',
    );
  }
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(error, folder);
  }
  return folder;
}

/**
 * A new folder under `parent`: `name`, or `name-2`, `name-3` … if that is taken. Nothing
 * that was recorded before is ever overwritten.
 */
export function makeNewFolder(parent: string, name: string): string {
  makeFolder(parent);
  for (let count = 1; ; count++) {
    const folder = join(resolve(parent), count === 1 ? name : `${name}-${count}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(error, folder);
    }
  }
}

/** Turns a failed write into an error that a person can act on. */
export function writeError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'disk-full',
      `The disk is full: ${path} could not be written. What was recorded before is kept.`,
      'Free some space or choose a folder on another disk, then run again.',
      error,
    );
  }
  return new AppError(
    'cannot-write',
    `${path} could not be written: ${message}`,
    'Choose a folder that you may write to.',
    error,
  );
}
