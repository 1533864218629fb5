import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  decidedOf,
  settingsOf,
  type RunState,
  type RunSummary,
} from '../../shared/runs/runSummary';
import { runFiles } from '../../shared/runs/runFiles';
import { totalSteps } from '../../shared/training/trainingConfig';
import { holderOf } from '../files/processLock';
import { readAnnotation } from './annotationFile';
import { experimentOfRun } from './experimentFile';
import { readEpochs, readManifest, readOutcome } from './readRun';

/** Files whose change changes what a table shows of a run. */
const shownFiles = [
  runFiles.manifest,
  runFiles.losses,
  runFiles.epochs,
  runFiles.outcome,
  runFiles.annotation,
];

/** Changes whenever what is shown of a run does. */
export function stampOfRun(folder: string): string {
  const facts = shownFiles.map((name) => {
    const own = statSync(join(folder, name), { throwIfNoEntry: false });
    return own === undefined ? '' : `${own.mtimeMs}:${own.size}`;
  });
  return createHash('sha256').update(facts.join()).digest('base64').slice(0, 16);
}

/**
 * A run in a line, from the few small files that say it; its twin is looked for elsewhere.
 * @throws {AppError} bad-run-folder
 */
export function summariseRun(folder: string): Omit<RunSummary, 'twin'> {
  const manifest = readManifest(folder);
  const { steps, last } = lossesIn(join(folder, runFiles.losses));
  const validation = readEpochs(folder).flatMap(({ validation: own }) => own?.['loss'] ?? []);
  const numbers = validation.map(Number).filter(Number.isFinite);
  return {
    ...decidedOf(manifest),
    folder,
    experiment: experimentOfRun(folder, manifest.id),
    annotation: readAnnotation(folder),
    state: stateOf(folder),
    steps,
    totalSteps: totalSteps(manifest.training, manifest.data),
    lastLoss: last === null || Number.isFinite(last) ? last : String(last),
    bestValidation:
      numbers.length === 0 ? null : numbers.reduce((least, own) => Math.min(least, own)),
    sizeBytes: sizeOf(folder),
    settings: createHash('sha256').update(settingsOf(manifest)).digest('hex').slice(0, 16),
  };
}

/** A run without an outcome runs as long as a process holds its lock. */
export function stateOf(folder: string): RunState {
  const outcome = readOutcome(folder);
  if (outcome !== null) return outcome.status;
  return holderOf(join(folder, runFiles.lock)) === null ? 'died' : 'running';
}

/** How many losses are recorded, and the last; half a number at the end does not count. */
function lossesIn(path: string): { steps: number; last: number | null } {
  let file;
  try {
    file = openSync(path, 'r');
  } catch {
    return { steps: 0, last: null };
  }
  try {
    const steps = Math.floor(fstatSync(file).size / 4);
    if (steps === 0) return { steps, last: null };
    const bytes = Buffer.alloc(4);
    readSync(file, bytes, 0, 4, (steps - 1) * 4);
    return { steps, last: bytes.readFloatLE() };
  } finally {
    closeSync(file);
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
