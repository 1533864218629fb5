import type { ExperimentFile } from '../../shared/runs/experimentFile';
import type { Project } from '../../shared/training/projectFile';
import { factsOf } from '../data/dataFacts';
import { loadDataset } from '../data/loadDataset';
import { runProject } from '../training/runProject';
import { nodeTrainer } from '../training/trainerHost';
import { comparisonText } from './comparisonText';
import { datasetsFolder, trainerEntry } from './paths';
import { ProgressLine } from './progressLine';
import { reportRun } from './runReport';

export interface Training {
  /** Makes the experiment's folder, or names the one that is resumed. */
  readonly folder: () => string;
  readonly before: ExperimentFile | null;
  readonly isJson: boolean;
  readonly signal: AbortSignal;
}

/** Trains a project's styles one after the other and prints how each ended. @returns the exit status */
export async function trainProject(
  project: Project,
  { folder, before, isJson, signal }: Training,
): Promise<number> {
  const progress = new ProgressLine(process.stderr, () => performance.now());
  let isAllFinished = true;
  let hasTrained = false;
  try {
    const { comparison } = await runProject(project, {
      spawn: nodeTrainer(trainerEntry),
      datasetsFolder,
      lookAtData: async (source) => factsOf(loadDataset(source, datasetsFolder)),
      folder,
      before,
      now: () => new Date(),
      signal,
      atOnce: false,
      onNote: (note) => process.stderr.write(`Note: ${note}\n`),
      onPlan: ({ runs, stepsPerRun }) => progress.plan(runs * stepsPerRun),
      onRunning: () => {
        hasTrained = true;
      },
      onEvent: (style, event) => {
        if (event.type === 'losses') progress.take(event, style);
      },
      onFailure: (_style, error) => {
        throw error;
      },
      onRunEnd: (style, runFolder) => {
        progress.end();
        isAllFinished = reportRun(runFolder, style, isJson) === 'finished' && isAllFinished;
      },
    });
    progress.end();
    if (comparison !== null && !isJson && !signal.aborted) {
      process.stdout.write(comparisonText(comparison));
    }
  } finally {
    progress.end();
  }
  if (before !== null && !hasTrained && !signal.aborted) {
    process.stderr.write('Nothing was left to train: every run is finished.\n');
  }
  if (signal.aborted) return 130;
  return isAllFinished ? 0 : 1;
}
