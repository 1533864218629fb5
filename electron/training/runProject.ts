import pLimit from 'p-limit';
import { styleNames, type Architecture, type Style } from '../../shared/architecture/architecture';
import { byStyle } from '../../shared/architecture/bothStyles';
import { toAppError, toWireError, type AppError } from '../../shared/lib/appError';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import { EXPERIMENT_FORMAT } from '../../shared/runs/experimentFile';
import { engineOf, type EngineSelection } from '../../shared/engines/engineCatalog';
import type { Project } from '../../shared/training/projectFile';
import type { Script } from '../../shared/training/script';
import { outputMisfit } from '../../shared/training/outputFit';
import { splitRows } from '../../shared/training/groupSplit';
import { splitWarning } from '../../shared/training/splitWarning';
import { trainedAs } from '../../shared/training/trainedAs';
import { totalSteps } from '../../shared/training/trainingConfig';
import { selectEngine } from './selectEngine';
import type { FirstRequest } from './trainerProcess';
import { doneOrAborted } from './trainerHost';
import { beginScript } from './beginScript';
import { writeExperiment } from '../runs/experimentFile';
import { compareEvidence, readWhatIsThere } from './evidence';
import { withTensor } from './nameTensor';
import type { ExperimentPorts } from './ports';
import { refuseAugmentation, refuseCallbacks, refuseMisfit, refuseTarget } from './refuseMisfit';
import { refuseWeights } from './refuseWeights';
import { trainersAhead, type TrainersAhead } from './startedAhead';

export interface ProjectResult {
  readonly runFolders: Readonly<Partial<Record<Style, string>>>;
  /** The first style against the subclass; null if the project has only one style, or was stopped before. */
  readonly comparison: Comparison | null;
}

/**
 * Trains each style of a project in a process of its own, on the same data under the same seed, and
 * compares them.
 * @throws {AppError} bad-project, bad-data: nothing was started
 */
export async function runProject(project: Project, ports: ExperimentPorts): Promise<ProjectResult> {
  const trainers = trainersAhead(ports.spawn);
  try {
    return await trainStyles(project, { ...ports, spawn: trainers.spawn }, trainers);
  } finally {
    trainers.end();
  }
}

async function trainStyles(
  project: Project,
  ports: ExperimentPorts,
  trainers: TrainersAhead,
): Promise<ProjectResult> {
  const { architectures, training } = project;
  const atOnce = ports.processes(project.environment.threads);
  // Keras prepares each process from its data.
  const isAhead = engineOf(project.engine) === 'tfjs';
  const startAhead = (architecture: Architecture, engine: EngineSelection, how: FirstRequest) => {
    const place = { folder: '', createdAt: '' };
    if (isAhead) trainers.start({ ...scriptOf(project, architecture, place, ports), engine }, how);
  };
  if (isAhead) {
    await ports.ready(project.engine);
    // Most networks are trained in graph mode; a process for another mode is started in its turn.
    const asked = project.engine;
    const likely = ports.before?.engines[0] ?? { asked, mode: asked === 'auto' ? 'graph' : asked };
    for (const own of architectures.slice(0, atOnce)) startAhead(own, likely, 'start');
  }
  const dataset = await ports.lookAtData(project.data);
  for (const architecture of project.architectures) refuseMisfit(architecture, dataset);
  refuseTarget(project.training, dataset);
  refuseCallbacks(project.training, dataset);
  refuseAugmentation(
    project.training,
    project.architectures,
    [project.engine],
    project.randomness.regime,
  );
  if (ports.before === null) refuseWeights(project.initialWeights, project.architectures);
  const split = splitWarning(dataset, project.training);
  const better =
    split?.better && ` ${split.better.label}: "validationFrom": "${split.better.from}".`;
  const notes = [...dataset.notes, ...(split === null ? [] : [`${split.message}${better ?? ''}`])];
  const misfits = project.architectures.flatMap(
    (own) => outputMisfit(own, project.training, dataset) ?? [],
  );
  for (const { message, activation } of misfits.slice(0, 1)) {
    notes.push(`${message} Give it ${activation}.`);
  }
  for (const text of notes) ports.emit({ type: 'note', text });
  if (!isAhead) await ports.ready(project.engine);
  ports.emit({
    type: 'planned',
    targetScale: dataset.targetScale,
    runs: architectures.map(({ style }) => ({
      id: style,
      label: styleNames[style],
      style,
      engine: project.engine,
      steps: totalSteps(training, splitRows(dataset, training, project.randomness.seed)),
      pair: null,
    })),
  });
  const folder = ports.folder();
  ports.emit({ type: 'folder', folder });
  const createdAt = ports.before?.createdAt ?? ports.now().toISOString();
  const scripts = architectures.map((architecture) =>
    scriptOf(project, architecture, { folder, createdAt }, ports),
  );
  const probe = scripts[0] as (typeof scripts)[0];
  // One mode for both: runs of different modes are not comparable bit by bit.
  const engine =
    ports.before?.engines[0] ?? (await selectEngine(project.engine, probe, dataset, ports));
  if (engine === null) return { runFolders: {}, comparison: null };
  if (ports.before === null) {
    const file = { twintrain: 'experiment', version: EXPERIMENT_FORMAT, createdAt } as const;
    writeExperiment(folder, { ...file, engines: [engine], kind: 'project', project });
  }
  const how = ports.before === null ? 'start' : 'resume';

  let failure: AppError | null = null;
  const train = async (part: (typeof scripts)[0]) => {
    const { runId: run, folder: runFolder } = part.models.a;
    if (ports.signal.aborted) return;
    try {
      const running = beginScript({ ...part, engine }, how, ports.spawn, ports.emit);
      if (running !== null) {
        ports.onRunning([run], running);
        const next = architectures[scripts.indexOf(part) + atOnce];
        if (next !== undefined) startAhead(next, engine, how);
        await doneOrAborted(running, ports.signal, () => running.stop());
      }
    } catch (thrown) {
      failure = toAppError(thrown);
      ports.emit({ type: 'process-failed', runs: [run], error: toWireError(failure) });
    }
    ports.emit({ type: 'run-closed', run, folder: runFolder });
  };
  const inTurn = pLimit(atOnce);
  await Promise.all(scripts.map((script) => inTurn(() => train(script))));

  const runFolders = Object.fromEntries(
    scripts.map(({ models: { a } }) => [a.architecture.style, a.folder]),
  ) as ProjectResult['runFolders'];
  // The Model subclass comes second, in whatever order the project has them.
  const [first, subclass] = scripts
    .map(({ models: { a } }) => a)
    .sort((a, b) => byStyle(a.architecture, b.architecture))
    .map(({ folder: own }) => own);
  if (first === undefined || subclass === undefined) {
    ports.emit({ type: 'compared', comparison: null, runFolders });
    return { runFolders, comparison: null };
  }
  const runs = [first, subclass].map(readWhatIsThere);
  const comparison = await withTensor(
    [first, subclass],
    runs,
    compareEvidence(runs, failure),
    ports,
  );
  ports.emit({ type: 'compared', comparison, runFolders });
  return { runFolders, comparison };
}

function scriptOf(
  { randomness, training, environment, recording, data, initialWeights }: Project,
  architecture: Architecture,
  { folder, createdAt }: { readonly folder: string; readonly createdAt: string },
  { datasetsFolder }: ExperimentPorts,
) {
  const runFolder = `${folder}/${architecture.style}`;
  return {
    protocol: null,
    createdAt,
    actions: [
      ...(randomness.regime === 'global' ? [{ do: 'seed' } as const] : []),
      { do: 'build', model: 'a' } as const,
      { do: 'fit', model: 'a' } as const,
    ],
    models: { a: { runId: architecture.style, folder: runFolder, architecture } },
    training: trainedAs(training, architecture),
    randomness,
    environment,
    recording,
    data,
    datasetsFolder,
    initialWeights,
  } satisfies Omit<Script, 'engine'>;
}
