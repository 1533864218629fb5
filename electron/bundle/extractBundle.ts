import { createHash } from 'node:crypto';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { bundleIndexSchema, type BundleIndex } from '../../shared/bundle/bundleFile';
import type { Report } from '../../shared/bundle/finding';
import { bundleFiles } from '../../shared/bundle/paths';
import { AppError } from '../../shared/lib/appError';
import { problemsOf } from '../../shared/lib/issueText';
import { openFile } from '../files/byteSource';
import { makeFolder, writeError } from '../files/writeFolder';
import { openArchive } from './verify/archive';
import { Findings } from './verify/findings';
import { openFolder, type OpenedBundle, type PackedFile } from './verify/opened';
import { Reader } from './verify/read';

const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Unpacks runs and data of a verified bundle into a folder of its own; whatever changed
 * since it was verified is refused.
 * @param report of that verification, without findings
 * @throws {AppError} bad-bundle, cannot-write, disk-full, stopped
 */
export async function extractBundle(
  path: string,
  report: Report,
  folder: string,
  signal: AbortSignal,
): Promise<BundleIndex> {
  const { bundle, close } = opened(path);
  try {
    const reader = new Reader(bundle, new Findings());
    const manifest = reader.text(bundleFiles.manifest) ?? '';
    if (createHash('sha256').update(manifest).digest('hex') !== report.bundleId)
      throw changed(path);
    for (const line of manifest.split('\n').filter((own) => own !== '')) {
      const [sha256, file] = [line.slice(0, 64), line.slice(66)];
      const packed = bundle.files.get(file);
      if (packed === undefined) throw changed(path);
      if (!file.startsWith('runs/') && !file.startsWith('data/')) continue;
      await extract(packed, sha256, join(folder, file), signal, path);
    }
    const index = bundleIndexSchema.safeParse(reader.json(bundleFiles.index, (value) => value));
    if (!index.success) throw badBundle(path, problemsOf(index.error));
    return index.data;
  } finally {
    close();
  }
}

async function extract(
  packed: PackedFile,
  sha256: string,
  target: string,
  signal: AbortSignal,
  path: string,
): Promise<void> {
  makeFolder(dirname(target));
  const hash = createHash('sha256');
  let file: number | null = null;
  try {
    // Fails if the file exists: nothing is overwritten, and no link is followed.
    file = openSync(target, 'wx');
    for (let at = 0; at < packed.size; at += PIECE_BYTES) {
      if (signal.aborted) throw new AppError('stopped', 'Stopped.', 'Open the bundle again.');
      const length = Math.min(PIECE_BYTES, packed.size - at);
      const piece = packed.use((source) => source.read(at, length));
      hash.update(piece);
      for (let done = 0; done < length;) done += writeSync(file, piece, done);
      await setImmediate();
    }
  } catch (error) {
    // The file is shorter than when it was verified.
    if (error instanceof RangeError) throw changed(path);
    throw writeError(error, target);
  } finally {
    if (file !== null) closeSync(file);
  }
  if (hash.digest('hex') !== sha256) throw changed(path);
}

function opened(path: string): { readonly bundle: OpenedBundle; readonly close: () => void } {
  const findings = new Findings();
  const isFolder = statSync(path).isDirectory();
  const { source, close } = isFolder ? { source: null, close: () => {} } : openFile(path);
  const bundle = source === null ? openFolder(path, findings) : openArchive(source, findings);
  if (bundle !== null && findings.count === 0) return { bundle, close };
  close();
  throw changed(path);
}

function changed(path: string): AppError {
  return badBundle(path, 'it changed since it was verified');
}

export function badBundle(path: string, what: string): AppError {
  return new AppError(
    'bad-bundle',
    `${path} cannot be used: ${what}`,
    'Ask whoever exported it for an intact copy.',
  );
}
