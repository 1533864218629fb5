import { closeSync, openSync, readSync } from 'node:fs';

/** Node reads at most 2 GiB at a time. */
const PIECE_BYTES = 256 * 1024 * 1024;

/**
 * The first bytes of a file, in memory of their own.
 * @throws {Error} if the file has not that many, or what the system says
 */
export function readBytes(path: string, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < length;) {
      const read = readSync(file, bytes, done, Math.min(length - done, PIECE_BYTES), done);
      if (read === 0) throw new Error(`${path} is cut off`);
      done += read;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}
