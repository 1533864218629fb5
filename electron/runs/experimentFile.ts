import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { problemsOf } from '../../shared/lib/issueText';
import {
  EXPERIMENT_FILE,
  experimentFileSchema,
  type ExperimentFile,
} from '../../shared/runs/experimentFile';
import { runFiles } from '../../shared/runs/runFiles';
import { readManifest } from './readRun';
import { writeWhole } from '../files/writeFile';

/** @throws {AppError} cannot-write, disk-full */
export function writeExperiment(folder: string, experiment: ExperimentFile): void {
  writeWhole(join(folder, EXPERIMENT_FILE), `${JSON.stringify(experiment, null, 2)}\n`);
}

/**
 * What the runs in a folder are trained from; null if it is not the folder of an experiment.
 * @throws {AppError} bad-run-folder
 */
export function readExperiment(folder: string): ExperimentFile | null {
  const path = join(folder, EXPERIMENT_FILE);
  if (!existsSync(path)) return null;
  try {
    return experimentFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? problemsOf(error) : 'it is not JSON';
    throw new AppError(
      'bad-run-folder',
      `${path} cannot be read: ${why}`,
      'Name an experiment folder that Twintrain wrote, unchanged.',
      error,
    );
  }
}

/** The folder of the experiment that a run belongs to, by the run's own id; null if it is in none. */
export function experimentFolderOf(runFolder: string): string | null {
  if (!existsSync(join(runFolder, runFiles.manifest))) return null;
  return experimentOfRun(runFolder, readManifest(runFolder).id);
}

/** The same for a run whose id is known. */
export function experimentOfRun(runFolder: string, id: string): string | null {
  const levels = id.split('/');
  const root = resolve(runFolder, ...levels.map(() => '..'));
  const isThere = resolve(root, ...levels) === resolve(runFolder);
  return isThere && dirname(root) !== root && existsSync(join(root, EXPERIMENT_FILE)) ? root : null;
}
