import { existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { runFiles } from '../../shared/runs/runFiles';
import { writeError } from '../files/writeFolder';

/** How far a run had got at its snapshot. */
export interface SeriesEnd {
  readonly step: number;
  /** Epochs whose order was drawn, and epochs that were finished. */
  readonly epochsBegun: number;
  readonly epochsEnded: number;
  readonly rowsPerEpoch: number;
  /** Seeds that dropout draws per step, if they are recorded; otherwise 0. */
  readonly dropoutSeedsPerStep: number;
}

/**
 * Cuts a run's series back to its snapshot: what was recorded after it will be trained again.
 * @throws {AppError} bad-run-folder if a series is shorter than the snapshot says
 */
export function cutSeries(folder: string, end: SeriesEnd): void {
  cut(folder, runFiles.losses, end.step * 4);
  if (end.dropoutSeedsPerStep > 0) {
    cut(folder, runFiles.dropoutSeeds, end.step * end.dropoutSeedsPerStep * 4);
  }
  cut(folder, runFiles.orderRows, end.epochsBegun * end.rowsPerEpoch * 4);
  cutLines(folder, runFiles.orders, (_, index) => index < end.epochsBegun);
  cutLines(folder, runFiles.epochs, (_, index) => index < end.epochsEnded);
  if (existsSync(join(folder, runFiles.callbacks))) {
    cutLines(folder, runFiles.callbacks, (line) => stepOf(line) <= end.step);
  }
  cutLines(folder, runFiles.weightHashes, (line) => stepOf(line) <= end.step);
}

function cut(folder: string, name: string, length: number): void {
  const path = join(folder, name);
  try {
    if (statSync(path).size < length) throw tooShort(path);
    truncateSync(path, length);
  } catch (error) {
    throw writeError(error, path);
  }
}

function cutLines(
  folder: string,
  name: string,
  isKept: (line: string, index: number) => boolean,
): void {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
  const kept = lines.filter(isKept).map((line) => `${line}\n`);
  cut(folder, name, Buffer.byteLength(kept.join('')));
}

function stepOf(line: string): number {
  return (JSON.parse(line) as { step: number }).step;
}

function tooShort(path: string): AppError {
  return new AppError(
    'bad-run-folder',
    `${path} is shorter than its run's snapshot says.`,
    'The run cannot be resumed; run it again from the start.',
  );
}
