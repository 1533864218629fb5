import { closeSync, openSync, readSync } from 'node:fs';

/** The first bytes of a file, at most so many. */
export function beginningOf(path: string, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const file = openSync(path, 'r');
  try {
    return buffer.subarray(0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}
