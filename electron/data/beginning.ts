import { closeSync, openSync, readSync } from 'node:fs';
import { unreadable } from './unreadable';

/**
 * The first bytes of a file, at most `bytes` of them.
 * @throws {AppError} bad-data, file-not-found
 */
export function beginningOf(path: string, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    return buffer.subarray(0, readSync(file, buffer));
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (file !== null) closeSync(file);
  }
}
