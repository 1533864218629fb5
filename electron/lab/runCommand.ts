import { AppError } from '../../shared/lib/appError';
import { trainingWarnings } from '../../shared/training/trainingWarnings';
import { runProject } from '../experiment/runProject';
import { badProject, readProject } from '../store/projectFile';
import { makeNewFolder } from '../store/writeFolder';
import { factsOf } from '../data/dataFacts';
import { loadDataset } from '../data/loadDataset';
import { nodeTrainer } from '../trainerHost';
import { badArguments, engineChoice, parse } from './arguments';
import { datasetsFolder, trainerEntry } from './paths';
import { ProgressLine } from './progressLine';
import { reportRun } from './runReport';

/** `lab run PROJECT.json`: each style in a process of its own. @returns the exit status */
export async function runCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    out: { type: 'string', default: 'twintrain-runs' },
    engine: { type: 'string' },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw badArguments('run takes one project file.');
  const project = readProject(file);
  for (const architecture of project.architectures) {
    for (const { message } of trainingWarnings(architecture, project.training)) {
      process.stderr.write(`Warning (${architecture.style}): ${message}\n`);
    }
  }
  const progress = new ProgressLine(process.stderr, () => performance.now());
  let isAllFinished = true;
  try {
    await runProject(
      { ...project, engine: engineChoice(values.engine) ?? project.engine },
      {
        spawn: nodeTrainer(trainerEntry),
        datasetsFolder,
        lookAtData: async (source) => factsOf(loadDataset(source, datasetsFolder)),
        folder: () => makeNewFolder(values.out, safeName(project.name)),
        now: () => new Date(),
        signal,
        atOnce: false,
        onNote: (note) => process.stderr.write(`Note: ${note}\n`),
        onPlan: ({ runs, stepsPerRun }) => progress.plan(runs * stepsPerRun),
        onRunning: () => {},
        onEvent: (style, event) => {
          if (event.type === 'losses') progress.add(event.losses.length, style);
        },
        onFailure: (_style, error) => {
          throw error;
        },
        onRunEnd: (style, runFolder) => {
          progress.end();
          isAllFinished = reportRun(runFolder, style, values.json) === 'finished' && isAllFinished;
        },
      },
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-project') {
      throw badProject(file, error.message, error.remedy);
    }
    throw error;
  } finally {
    progress.end();
  }
  if (signal.aborted) return 130;
  return isAllFinished ? 0 : 1;
}

function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'project';
}
