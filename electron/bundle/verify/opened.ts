import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_PATH, bundleFiles } from '../../../shared/bundle/paths';
import { withFile, type ByteSource } from '../../files/byteSource';
import type { Findings } from './findings';

/** The files of a bundle, packed or unpacked. */
export interface OpenedBundle {
  /** In the order of the archive; by path in a folder. */
  readonly files: ReadonlyMap<string, PackedFile>;
}

export interface PackedFile {
  readonly size: number;
  /** As the archive claims it; null in a folder. */
  readonly crc32: number | null;
  readonly use: <T>(work: (source: ByteSource) => T) => T;
}

const MOST_FILES = 100_000;
const DEPTH = 32;

/**
 * An unpacked bundle.
 * @returns null if the folder is not a bundle, that is, has no bundle.json
 */
export function openFolder(folder: string, findings: Findings): OpenedBundle | null {
  const files = new Map<string, PackedFile>();
  const visit = (prefix: string, depth: number) => {
    const names = readdirSync(join(folder, prefix)).sort((a, b) => (a < b ? -1 : 1));
    for (const name of names) {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const status = lstatSync(join(folder, path));
      if (!BUNDLE_PATH.test(path)) findings.add('path-unsafe', path);
      else if (status.isDirectory() && depth < DEPTH) visit(path, depth + 1);
      else if (!status.isFile()) findings.add('entry-link', path, 'a file', 'a link or no file');
      else if (files.size >= MOST_FILES) return;
      else {
        files.set(path, {
          size: status.size,
          crc32: null,
          use: (work) => withFile(join(folder, path), work),
        });
      }
    }
  };
  visit('', 0);
  return files.has(bundleFiles.index) ? { files } : null;
}
