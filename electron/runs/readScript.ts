import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { problemsOf } from '../../shared/lib/issueText';
import { runFiles } from '../../shared/runs/runFiles';
import { upgradedScript } from '../../shared/runs/upgrade';
import { scriptSchema, type Script } from '../../shared/training/script';
import { readManifest } from './readRun';

/**
 * The script that a run's process was given.
 * @throws {AppError} file-not-found, bad-run-folder
 */
export function readScript(folder: string): Script {
  const path = join(folder, runFiles.script);
  if (!existsSync(path)) {
    throw new AppError(
      'file-not-found',
      `There is no ${path}, so ${folder} is not a run that can be resumed.`,
      'Name the folder of an experiment, which holds experiment.json, or of one of its runs.',
    );
  }
  const { format } = readManifest(folder);
  try {
    return scriptSchema.parse(upgradedScript(JSON.parse(readFileSync(path, 'utf8')), format));
  } catch (error) {
    const why = error instanceof z.ZodError ? problemsOf(error) : 'it is not JSON';
    throw new AppError(
      'bad-run-folder',
      `${path} is not a readable script: ${why}`,
      'Name a run folder that Twintrain wrote, unchanged.',
      error,
    );
  }
}
