import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { scriptSchema, type Script, type ScriptModel } from '../../shared/training/script';
import { totalSteps } from '../../shared/training/trainingConfig';
import { loadDataset } from '../data/loadDataset';
import { runFiles } from '../../shared/runs/runFiles';
import { doneOrAborted, nodeTrainer, startScript } from '../trainerHost';
import { badArguments, parse } from './arguments';
import { trainerEntry } from './paths';
import { ProgressLine } from './progressLine';
import { reportRun } from './runReport';

/**
 * `lab resume`: goes on with the script that a run was part of, where it broke off. Runs of it that
 * are finished stay as they are.
 *
 * @returns the exit status
 */
export async function resumeCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw badArguments('resume takes one run folder.');
  const script = readScript(folder);
  const models = modelsOf(script);
  const progress = new ProgressLine(process.stderr, () => performance.now());
  const { rows } = loadDataset(script.data, script.datasetsFolder);
  progress.plan(models.length * totalSteps(script.training, rows));
  const running = startScript(
    script,
    nodeTrainer(trainerEntry),
    (event) => {
      if (event.type === 'losses') progress.add(event.losses.length, 'resumed');
    },
    'resume',
  );
  try {
    await doneOrAborted(running, signal, () => running.stop());
  } finally {
    progress.end();
  }
  const statuses = models.map(({ folder: own, architecture }) =>
    reportRun(own, architecture.style, values.json),
  );
  if (signal.aborted) return 130;
  return statuses.every((status) => status === 'finished') ? 0 : 1;
}

function modelsOf({ models: { a, b } }: Script): readonly ScriptModel[] {
  return [a, b].filter((model) => model !== undefined);
}

/** @throws {AppError} file-not-found, bad-run-folder */
function readScript(folder: string): Script {
  const path = join(folder, runFiles.script);
  if (!existsSync(path)) {
    throw new AppError(
      'file-not-found',
      `There is no ${path}, so ${folder} is no run that can be taken up again.`,
      'Check the path.',
    );
  }
  const bad = (what: string, remedy: string) =>
    new AppError('bad-run-folder', `${path} ${what}.`, remedy);
  let script: Script;
  try {
    script = scriptSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw bad('is not a readable script', 'Name a run folder as Twintrain writes it, unchanged.');
  }
  const places = modelsOf(script).map((model) => resolve(model.folder));
  if (places.includes(resolve(folder))) return script;
  throw bad(
    `belongs to a run in ${places.join(' and ')}`,
    'Move the folder back to where it was recorded, then resume it.',
  );
}
