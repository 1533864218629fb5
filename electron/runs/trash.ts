import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { TrashedRun } from '../../shared/runs/runsReport';
import { AppError, toWireError, type WireError } from '../../shared/lib/appError';
import { runFiles } from '../../shared/runs/runFiles';
import { isWithin } from '../files/isWithin';
import { makeFolder, makeNewFolder, writeError } from '../files/writeFolder';
import { refuseLockedRun } from './runLock';

/** In the kept folder itself, so that moving a run there copies nothing; hidden, so that no scan finds it. */
const TRASH = '.twintrain-trash';
const NOTE = 'trashed.json';
const RUN = 'run';

const noteSchema = z.strictObject({
  twintrain: z.literal('trashed'),
  version: z.literal(1),
  /** Absolute. */
  from: z.string().min(1),
  /** ISO 8601 */
  at: z.string(),
});

/**
 * Moves a run to the trash of the kept folder that it lies in.
 * @throws {AppError} bad-run-folder, busy if it is being trained, cannot-write
 */
export function trashRun(folder: string, root: string, now: Date): TrashedRun {
  const from = resolve(folder);
  if (from === resolve(root)) {
    throw new AppError(
      'bad-run-folder',
      `${from} is kept as a folder of runs and is a run itself.`,
      'Keep the folder above it, then move the run to the trash.',
    );
  }
  if (!existsSync(join(from, runFiles.manifest))) {
    throw new AppError('bad-run-folder', `${from} is not a run.`, 'Name the folder of a run.');
  }
  refuseLockedRun(from);
  const at = now.toISOString();
  const name = at.slice(0, 19).replaceAll(':', '');
  const place = makeNewFolder(join(root, TRASH), `${name}-${hashOf(from)}`);
  // The note comes first: without it a run in the trash would not know its way back.
  const note = { twintrain: 'trashed', version: 1, from, at };
  try {
    // Not flushed to the disk: of a thousand runs that would take half a minute.
    writeFileSync(join(place, NOTE), `${JSON.stringify(note, null, 2)}\n`);
    renameSync(from, join(place, RUN));
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw writeError(error, from);
  }
  return { place, from, at };
}

/**
 * The same for many, until one cannot be moved.
 * @param runs each with its kept folder
 */
export function trashAll(
  runs: readonly { readonly folder: string; readonly root: string }[],
  now: Date,
): { readonly trashed: readonly TrashedRun[]; readonly error: WireError | null } {
  const trashed: TrashedRun[] = [];
  try {
    for (const { folder, root } of runs) trashed.push(trashRun(folder, root, now));
    return { trashed, error: null };
  } catch (error) {
    return { trashed, error: toWireError(error) };
  }
}

/** What is in the trash of these folders, the latest first. */
export function trashedRuns(roots: readonly string[]): TrashedRun[] {
  const found = roots.flatMap((root) => {
    const trash = join(root, TRASH);
    if (!existsSync(trash)) return [];
    return readdirSync(trash).flatMap((name) => {
      const run = noted(join(trash, name));
      return run === null || !existsSync(join(run.place, RUN)) ? [] : [run];
    });
  });
  return found.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.place < b.place ? 1 : -1));
}

/**
 * Moves a run back to where it was.
 * @returns its folder
 * @throws {AppError} bad-run-folder if something else is there now, cannot-write
 */
export function restoreRun(place: string): string {
  const run = noted(place);
  if (run === null || !existsSync(join(place, RUN))) {
    throw new AppError('bad-run-folder', `There is no run in ${place}.`, 'Restore one that is.');
  }
  // A note that came with a folder from elsewhere may name any place.
  const root = resolve(place, '../..');
  if (!isWithin(run.from, root)) {
    throw new AppError(
      'bad-run-folder',
      `The run in ${place} was not in ${root} before, but in ${run.from}.`,
      `Move it yourself: it is the folder "${RUN}" there.`,
    );
  }
  if (existsSync(run.from)) {
    throw new AppError(
      'bad-run-folder',
      `${run.from} exists again, so the run in the trash cannot go back there.`,
      'Move that folder away, then restore the run.',
    );
  }
  makeFolder(dirname(run.from));
  try {
    renameSync(join(place, RUN), run.from);
  } catch (error) {
    throw writeError(error, run.from);
  }
  rmSync(place, { recursive: true, force: true });
  return run.from;
}

/** Deletes for good what is in the trash of these folders. @throws {AppError} cannot-write */
export function emptyTrash(roots: readonly string[]): void {
  for (const root of roots) {
    const trash = join(root, TRASH);
    try {
      rmSync(trash, { recursive: true, force: true });
    } catch (error) {
      throw writeError(error, trash);
    }
  }
}

/** Tells apart what is moved in one second, without trying number after number. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function noted(place: string): TrashedRun | null {
  try {
    const { from, at } = noteSchema.parse(JSON.parse(readFileSync(join(place, NOTE), 'utf8')));
    return { place, from, at };
  } catch {
    return null;
  }
}
