import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const PIECE_BYTES = 4 * 1024 * 1024;

/** A file's bytes from its beginning to its end; each piece is valid until the next one is asked for. */
export function* piecesOf(path: string, pieceBytes = PIECE_BYTES): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    // A folder may have many small files.
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, fstatSync(file).size + 1));
    for (;;) {
      const bytes = readSync(file, piece);
      if (bytes === 0) return;
      yield piece.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}
