import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFiles } from '../../shared/runs/runFiles';

/** Most levels between a folder that holds runs and a run's own. */
const DEPTH = 6;

/**
 * The folders of runs in a folder, itself included; nothing lies in a run's folder. Hidden folders
 * and links are left out, and so is what may not be read.
 */
export function* runFoldersIn(folder: string, depth = DEPTH): Generator<string> {
  if (existsSync(join(folder, runFiles.manifest))) {
    yield folder;
    return;
  }
  if (depth === 0) return;
  for (const name of foldersIn(folder)) yield* runFoldersIn(join(folder, name), depth - 1);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
