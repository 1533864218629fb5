import type { Architecture, Style } from '../../shared/architecture/architecture';
import { toAppError, type AppError } from '../../shared/lib/appError';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import type { DataSource } from '../../shared/runs/run';
import type { ExperimentFile } from '../../shared/runs/experimentFile';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import type { Project } from '../../shared/training/projectFile';
import type { Script, TrainerEvent } from '../../shared/training/script';
import { splitWarning } from '../../shared/training/splitWarning';
import { trainedAs } from '../../shared/training/trainedAs';
import { totalSteps } from '../../shared/training/trainingConfig';
import { doneOrAborted, selectEngine, type RunningScript, type SpawnTrainer } from './trainerHost';
import { beginScript } from './beginScript';
import { writeExperiment } from '../runs/experimentFile';
import { compareEvidence, readWhatIsThere } from './evidence';
import { withTensor } from './nameTensor';
import { refuseMisfit } from './refuseMisfit';

export interface ProjectPorts {
  readonly spawn: SpawnTrainer;
  readonly datasetsFolder: string;
  /** Reads the data; in the app in a thread, since it may take a while. */
  readonly lookAtData: (source: DataSource) => Promise<DataFacts>;
  /** Makes the runs' folder, asked for once the input is known to be good. */
  readonly folder: () => string;
  /** What is resumed; null begins anew. */
  readonly before: ExperimentFile | null;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Trains the styles side by side, or one after the other. */
  readonly atOnce: boolean;
  /** Something about the data that one might not expect. */
  readonly onNote: (note: string) => void;
  readonly onPlan: (plan: { readonly runs: number; readonly stepsPerRun: number }) => void;
  /** A training process is there, to be paused. */
  readonly onRunning: (style: Style, running: RunningScript) => void;
  readonly onEvent: (style: Style, event: TrainerEvent) => void;
  /** A training process failed or died. */
  readonly onFailure: (style: Style, error: AppError) => void;
  /** A style's process is gone; its records are complete. */
  readonly onRunEnd: (style: Style, runFolder: string) => void;
}

export interface ProjectResult {
  readonly runFolders: Readonly<Partial<Record<Style, string>>>;
  /** Sequential against subclass; null where the project has one style, or was stopped before. */
  readonly comparison: Comparison | null;
}

/**
 * Trains each style of a project in a process of its own, on the same data under the same seed, and
 * compares them.
 * @throws {AppError} bad-project, bad-data: nothing was begun
 */
export async function runProject(project: Project, ports: ProjectPorts): Promise<ProjectResult> {
  const dataset = await ports.lookAtData(project.data);
  for (const architecture of project.architectures) refuseMisfit(architecture, dataset);
  const split = splitWarning(dataset, project.training);
  const remedy = 'A share of every class is kept aside with "validationFrom": "stratified".';
  const notes = split === null ? dataset.notes : [...dataset.notes, `${split} ${remedy}`];
  for (const note of notes) ports.onNote(note);
  const { architectures, training } = project;
  ports.onPlan({ runs: architectures.length, stepsPerRun: totalSteps(training, dataset.rows) });
  const folder = ports.folder();
  const createdAt = ports.before?.createdAt ?? ports.now().toISOString();
  const scripts = architectures.map((architecture) =>
    scriptOf(project, architecture, folder, createdAt, ports),
  );
  const probe = scripts[0] as (typeof scripts)[0];
  // One mode for both: runs of different modes are not comparable bit by bit.
  const engine =
    ports.before?.engine ?? (await selectEngine(project.engine, probe, ports.spawn, ports.signal));
  if (engine === null) return { runFolders: {}, comparison: null };
  if (ports.before === null) {
    const file = { twintrain: 'experiment', version: 1, createdAt, engine } as const;
    writeExperiment(folder, { ...file, kind: 'project', project });
  }
  const how = ports.before === null ? 'start' : 'resume';

  let failure: AppError | null = null;
  const train = async (part: (typeof scripts)[0]) => {
    const { architecture, folder: runFolder } = part.models.a;
    const { style } = architecture;
    if (ports.signal.aborted) return;
    try {
      const running = beginScript({ ...part, engine }, how, ports.spawn, (event) =>
        ports.onEvent(style, event),
      );
      if (running !== null) {
        ports.onRunning(style, running);
        await doneOrAborted(running, ports.signal, () => running.stop());
      }
    } catch (thrown) {
      failure = toAppError(thrown);
      ports.onFailure(style, failure);
    }
    ports.onRunEnd(style, runFolder);
  };
  if (ports.atOnce) await Promise.all(scripts.map(train));
  else for (const script of scripts) await train(script);

  const runFolders = Object.fromEntries(
    scripts.map(({ models: { a } }) => [a.architecture.style, a.folder]),
  ) as ProjectResult['runFolders'];
  const { sequential, subclass } = runFolders;
  if (sequential === undefined || subclass === undefined) return { runFolders, comparison: null };
  const runs = [sequential, subclass].map(readWhatIsThere);
  const comparison = await withTensor(
    [sequential, subclass],
    runs,
    compareEvidence(runs, failure),
    ports,
  );
  return { runFolders, comparison };
}

function scriptOf(
  { randomness, training, environment, recording, data, initialWeights }: Project,
  architecture: Architecture,
  folder: string,
  createdAt: string,
  { datasetsFolder }: ProjectPorts,
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
