import { resolve } from 'node:path';
import { capabilitiesOf } from '../../shared/engines/engineCatalog';
import { AppError } from '../../shared/lib/appError';
import type { Script, ScriptModel } from '../../shared/training/script';
import type { TrainerEvent } from '../../shared/training/wire';
import { readManifest } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { readableSnapshot } from '../runs/snapshot';
import { placeOf } from '../runs/runPlaces';
import type { TrainAgainPorts } from './trainAgain';
import { doneOrAborted, startScript } from './trainerHost';

/** The runs of the process that a run belongs to, in their present folders. */
export function modelsOf({ models: { a, b } }: Script): readonly ScriptModel[] {
  return [a, b].filter((model) => model !== undefined);
}

/** Whether something was kept to go on from; otherwise resuming trains from the start. */
export function canGoOn(script: Script): boolean {
  return (
    capabilitiesOf(script.engine.mode).isResumable &&
    modelsOf(script).some(({ folder }) => readableSnapshot(folder) !== null)
  );
}

/**
 * Trains what is missing of a run that lies in no experiment, and of the run that its process also trained.
 * Aborting stops it at a step's boundary; what was trained until then is kept.
 * @throws {AppError} bad-run-folder, and what training throws
 */
export async function resumeAlone(
  script: Script,
  { spawn, ready, signal }: TrainAgainPorts,
  onEvent: (event: TrainerEvent) => void,
): Promise<void> {
  await ready(script.engine.mode);
  // Of an engine that cannot go on, all of it is trained again, to the same bits.
  const { isResumable } = capabilitiesOf(script.engine.mode);
  const running = startScript(script, spawn, onEvent, isResumable ? 'resume' : 'start');
  await doneOrAborted(running, signal, () => running.stop());
}

/**
 * The script with its runs' present folders: ids are paths from the experiment's folder, wherever
 * it was moved or copied to.
 * @throws {AppError} file-not-found, bad-run-folder
 */
export function scriptAt(folder: string, datasetsFolder: string): Script {
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
  const models = Object.fromEntries(placed) as Script['models'];
  return { ...script, models, datasetsFolder };
}
