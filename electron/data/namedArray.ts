import { statSync } from 'node:fs';
import { readBytes } from '../files/readBytes';
import type { NamedBytes } from './npyRows';
import { npzArray } from './npz';
import { unreadable } from './unreadable';

/**
 * The bytes of a .npy file, or of an array in an archive, with what it is called in messages.
 * @param array its name in the archive; undefined for a file of its own
 * @throws {AppError} file-not-found, bad-data, out-of-memory
 */
export async function namedArray(
  path: string,
  array: string | undefined,
  memoryBytes: number,
): Promise<NamedBytes> {
  if (array !== undefined) {
    return { name: `${path}, ${array}`, bytes: await npzArray(path, array, memoryBytes) };
  }
  try {
    return { name: path, bytes: readBytes(path, statSync(path).size) };
  } catch (error) {
    throw unreadable(path, error);
  }
}
