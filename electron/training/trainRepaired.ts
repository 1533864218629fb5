import { join } from 'node:path';
import { repairsOf, type Repair } from '../../shared/compare/repair';
import { AppError } from '../../shared/lib/appError';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import type { Script, ScriptModel } from '../../shared/training/script';
import { writeAnnotation } from '../runs/annotationFile';
import { projectOfRun } from '../runs/projectOfRun';
import { readRun } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { makeNewFolder } from '../files/writeFolder';
import { doneOrAborted, startScript } from './trainerHost';
import type { RepeatPorts } from './trainRepeats';

type Pair<T> = readonly [T, T];

/**
 * The repairs of two runs, the likeliest first.
 * @throws {AppError} bad-run-folder
 */
export function repairsOfFolders(folders: Pair<string>): readonly Repair[] {
  const [a, b] = [readRun(folders[0]), readRun(folders[1])];
  return repairsOf(compareRuns(a, b), [a.manifest, b.manifest]);
}

/**
 * Trains both networks anew with the first run's settings, repaired, to see whether they are the same then.
 *
 * @param label of the repair; null takes the first
 * @param parent where a folder for the new runs is made
 * @returns their folders
 * @throws {AppError} bad-arguments where nothing that was set repairs it, stopped, what training throws
 */
export async function trainRepaired(
  folders: Pair<string>,
  label: string | null,
  parent: string,
  ports: RepeatPorts,
): Promise<Pair<string>> {
  const repairs = repairsOfFolders(folders);
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
    const models = Object.fromEntries(
      Object.entries(own.models).map(([key, model]) => [
        key,
        { ...model, folder: join(place, name, (model as ScriptModel).runId) },
      ]),
    ) as Script['models'];
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
    const model = readRun(folder).manifest.script.model;
    const trained = models[model]?.folder ?? '';
    writeAnnotation(trained, {
      name: '',
      note: `Repaired: ${folder}. ${repair.label}.`,
      tags: ['repaired'],
    });
    made.push(trained);
  }
  return made as [string, string];
}
