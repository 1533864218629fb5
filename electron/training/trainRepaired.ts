import { join } from 'node:path';
import { repairsOf, type Repair } from '../../shared/compare/repair';
import { AppError } from '../../shared/lib/appError';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import type { RunEvidence, RunManifest } from '../../shared/runs/run';
import type { Script } from '../../shared/training/script';
import { writeAnnotation } from '../runs/annotationFile';
import { projectOfRun } from '../runs/projectOfRun';
import { readRun } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { makeNewFolder } from '../files/writeFolder';
import { placedModels } from './placedModels';
import { doneOrAborted, startScript } from './trainerHost';
import type { RepeatPorts } from './trainRepeats';

type Pair<T> = readonly [T, T];

/**
 * Trains both networks anew with the first run's settings, repaired, to see whether they are the same then.
 *
 * @param label of the repair; null takes the first
 * @param parent where a folder for the new runs is made
 * @returns what was changed, and the new runs' folders
 * @throws {AppError} bad-arguments where nothing that was set repairs it, stopped, what training throws
 */
export async function trainRepaired(
  folders: Pair<string>,
  label: string | null,
  parent: string,
  ports: RepeatPorts,
): Promise<{ readonly repair: Repair; readonly folders: Pair<string> }> {
  const runs = folders.map(readRun) as [RunEvidence, RunEvidence];
  const manifests = runs.map(({ manifest }) => manifest) as [RunManifest, RunManifest];
  const repairs = repairsOf(compareRuns(...runs), manifests);
  const repair = repairs.find((own) => label === null || own.label === label);
  if (repair === undefined) {
    throw new AppError(
      'bad-arguments',
      'Nothing that was set differently explains the first difference, so there is nothing to repair.',
      'See where they part with "lab explain".',
    );
  }
  const project = repair.change(projectOfRun(folders[0]).project);
  const place = makeNewFolder(parent, 'repaired');
  const made: string[] = [];
  for (const [index, folder] of folders.entries()) {
    const name = index === 0 ? 'a' : 'b';
    ports.onPhase(`${repair.label}: training ${name.toUpperCase()}`);
    const own = readScript(folder);
    const { mode } = own.engine;
    const engine = project.engine === 'auto' ? mode : project.engine;
    await ports.ready(engine);
    const models = placedModels(own, ({ runId }) => join(place, name, runId));
    const script: Script = {
      ...own,
      models,
      training: project.training,
      randomness: project.randomness,
      environment: project.environment,
      engine: { asked: project.engine, mode: engine },
      datasetsFolder: ports.datasetsFolder,
      createdAt: ports.now().toISOString(),
    };
    const running = startScript(script, ports.spawn, () => {});
    await doneOrAborted(running, ports.signal, () => running.stop());
    if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
    const { model } = manifests[index as 0 | 1].script;
    const trained = models[model]?.folder ?? '';
    writeAnnotation(trained, {
      name: '',
      note: `Repaired: ${folder}. ${repair.label}.`,
      tags: ['repaired'],
    });
    made.push(trained);
  }
  return { repair, folders: made as [string, string] };
}
