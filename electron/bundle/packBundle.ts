import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { AppError } from '../../shared/lib/appError';
import type { BundleFile } from '../../shared/bundle/bundleFile';
import { bundleFiles } from '../../shared/bundle/paths';
import { crc32 } from '../../shared/bundle/crc32';
import { zipLayout } from '../../shared/bundle/zipForm';
import { withFile } from '../files/byteSource';
import { writeError } from '../files/writeFolder';

export interface HashedFile extends BundleFile {
  readonly size: number;
  readonly sha256: string;
  readonly crc32: number;
}

export interface Progress {
  readonly signal: AbortSignal;
  /** Called with bytes done since the last call; yields to other work. */
  readonly advance: (bytes: number) => Promise<void>;
}

/** Reads each file once. @throws {AppError} stopped, bad-run-folder */
export async function hashFiles(
  files: readonly BundleFile[],
  progress: Progress,
): Promise<HashedFile[]> {
  const hashed: HashedFile[] = [];
  for (const file of files) {
    const hash = createHash('sha256');
    const sum = { size: 0, crc: 0 };
    await eachPiece(file, progress, (piece) => {
      hash.update(piece);
      sum.size += piece.length;
      sum.crc = crc32(piece, sum.crc);
    });
    hashed.push({ ...file, size: sum.size, sha256: hash.digest('hex'), crc32: sum.crc });
  }
  return hashed;
}

/** manifest-sha256.txt of these files, in the form that `sha256sum -c` reads. */
export function manifestOf(files: readonly HashedFile[]): string {
  return files
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
    .join('');
}

/**
 * Writes the archive: the index first, the others by path. Whatever happens, `path` holds either
 * the whole bundle or what was there before.
 * @returns sha256 of the archive
 * @throws {AppError} stopped, cannot-write, disk-full, bad-run-folder if a file changed since it was hashed
 */
export async function writeArchive(
  path: string,
  files: readonly HashedFile[],
  progress: Progress,
): Promise<string> {
  const rank = (file: HashedFile) => (file.path === bundleFiles.index ? '' : file.path);
  const sorted = [...files].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const { headers, end } = zipLayout(sorted);
  const part = `${path}.part`;
  const whole = createHash('sha256');
  let archive: number | null = null;
  try {
    archive = openSync(part, 'w');
    for (const [index, file] of sorted.entries()) {
      write(archive, headers[index]?.bytes as Uint8Array, whole);
      const again = createHash('sha256');
      await eachPiece(file, progress, (piece) => {
        again.update(piece);
        write(archive as number, piece, whole);
      });
      if (again.digest('hex') !== file.sha256) {
        throw changed(file);
      }
    }
    write(archive, end.bytes, whole);
    fsyncSync(archive);
    closeSync(archive);
    archive = null;
    renameSync(part, path);
    return whole.digest('hex');
  } catch (error) {
    if (archive !== null) closeSync(archive);
    rmSync(part, { force: true });
    throw writeError(error, path);
  }
}

async function eachPiece(
  file: BundleFile,
  { signal, advance }: Progress,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const { content } = file;
  const pass = async (piece: Uint8Array) => {
    if (signal.aborted) {
      throw new AppError(
        'stopped',
        'The export was stopped.',
        'Nothing was written; export again.',
      );
    }
    take(piece);
    await advance(piece.length);
  };
  if (content.kind === 'bytes') return pass(content.bytes);
  let size = 0;
  try {
    size = withFile(content.path, (source) => source.size);
  } catch (error) {
    throw changed(file, error);
  }
  // Opened for each piece: other work goes on in between, and nothing stays open when it is stopped.
  const PIECE = 4 * 1024 * 1024;
  for (let at = 0; at < size; at += PIECE) {
    const length = Math.min(PIECE, size - at);
    await pass(readPiece(content.path, at, length, file));
  }
}

function readPiece(path: string, at: number, length: number, file: BundleFile): Uint8Array {
  try {
    return withFile(path, (source) => source.read(at, length));
  } catch (error) {
    throw changed(file, error);
  }
}

function changed(file: BundleFile, cause?: unknown): AppError {
  return new AppError(
    'bad-run-folder',
    `${file.path} changed or vanished while it was packed.`,
    'Wait until the run has ended, then export again.',
    cause,
  );
}

function write(file: number, bytes: Uint8Array, whole: Hash): void {
  whole.update(bytes);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
