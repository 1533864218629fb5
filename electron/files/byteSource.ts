import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that are read piece by piece: a file, or a part of one. */
export interface ByteSource {
  readonly size: number;
  /** A copy of exactly `length` bytes from `at` on. @throws {RangeError} past the end */
  readonly read: (at: number, length: number) => Uint8Array;
}

const PIECE_BYTES = 1024 * 1024;

/** Opens a file while `work` runs. @throws the file system's error */
export function withFile<T>(path: string, work: (source: ByteSource) => T): T {
  const { source, close } = openFile(path);
  try {
    return work(source);
  } finally {
    close();
  }
}

/** @throws the file system's error */
export function openFile(path: string): {
  readonly source: ByteSource;
  readonly close: () => void;
} {
  const file = openSync(path, 'r');
  const read: ByteSource['read'] = (at, length) => {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const count = readSync(file, bytes, done, length - done, at + done);
      if (count === 0) throw new RangeError(`the file ends before byte ${at + length}`);
      done += count;
    }
    return bytes;
  };
  return { source: { size: fstatSync(file).size, read }, close: () => closeSync(file) };
}

/** `size` bytes of a source from `start` on. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  return {
    size,
    read: (at, length) => {
      if (at < 0 || at + length > size) throw new RangeError(`there is no byte ${at + length}`);
      return source.read(start + at, length);
    },
  };
}

/** The bytes in turn, in pieces of bounded size. */
export function* piecesOf(source: ByteSource, pieceBytes = PIECE_BYTES): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += pieceBytes) {
    yield source.read(at, Math.min(pieceBytes, source.size - at));
  }
}

/** sha256, lower-case hex. */
export function sha256Of(source: ByteSource): string {
  const hash = createHash('sha256');
  for (const piece of piecesOf(source)) hash.update(piece);
  return hash.digest('hex');
}
