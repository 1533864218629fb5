import { resolve } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import type { Script, ScriptModel } from '../../shared/training/script';
import { totalSteps } from '../../shared/training/trainingConfig';
import { loadDataset } from '../data/loadDataset';
import { placeOf } from '../runs/runPlaces';
import { experimentFolderOf, readExperiment } from '../runs/experimentFile';
import { readManifest } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { doneOrAborted, startScript } from '../training/trainerHost';
import { badArguments, parse } from './arguments';
import { engines } from './engines';
import { ProgressLine } from './progressLine';
import { reportRun } from './runReport';
import { trainArticle } from './trainArticle';
import { trainProject } from './trainProject';

/**
 * `lab resume`: continues an interrupted experiment, named by its folder or by that of one
 * of its runs; finished runs stay as they are. A run outside an experiment is resumed by itself.
 *
 * @returns the exit status
 */
export async function resumeCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) {
    throw badArguments('resume takes the folder of one run or experiment.');
  }
  // For a run, the folder of its experiment, if it has one.
  const own = experimentFolderOf(folder) ?? resolve(folder);
  const before = readExperiment(own);
  if (before !== null) {
    const training = { folder: () => own, before, isJson: values.json, signal };
    return before.kind === 'project'
      ? trainProject(before.project, training)
      : trainArticle(before.options, training);
  }
  const script = scriptAt(folder);
  const models = modelsOf(script);
  const progress = new ProgressLine(process.stderr, () => performance.now());
  const { rows } = loadDataset(script.data, script.datasetsFolder);
  progress.plan(models.length * totalSteps(script.training, rows));
  const running = startScript(
    script,
    engines.spawn,
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

/**
 * The script with its runs' present folders: ids are paths from the experiment's folder, wherever
 * it was moved or copied to.
 * @throws {AppError} file-not-found, bad-run-folder
 */
function scriptAt(folder: string): Script {
  const script = readScript(folder);
  const { id } = readManifest(folder);
  const placed = (['a', 'b'] as const).flatMap((name) => {
    const model = script.models[name];
    if (model === undefined) return [];
    const place = placeOf(model.runId, resolve(folder), id);
    if (place !== null) return [[name, { ...model, folder: place }] as const];
    throw new AppError(
      'bad-run-folder',
      `${folder} belongs to ${model.runId}, which cannot be found from a folder with that name.`,
      `Give the folder its own name again (${id}), then resume it.`,
    );
  });
  return { ...script, models: Object.fromEntries(placed) as Script['models'] };
}
