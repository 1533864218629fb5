import type { InstallProgress } from '../../shared/engines/environment';
import type { ExperimentFile } from '../../shared/runs/experimentFile';
import type { PlannedRun } from '../../shared/training/trainingEvent';
import { lookAtDataset } from '../data/loadDataset';
import type { ExperimentPorts } from '../training/ports';
import type { RepeatPorts } from '../training/trainRepeats';
import { engines } from './engines';
import { datasetsFolder } from './paths';
import { readingLine } from './readingLine';
import { ProgressLine } from './progressLine';

/** Where a command trains, and how it reports. */
export interface Training {
  /** Makes the experiment's folder, or names the one that is resumed. */
  readonly folder: () => string;
  readonly before: ExperimentFile | null;
  readonly isJson: boolean;
  readonly signal: AbortSignal;
}

/** An experiment in a terminal: progress and notes on stderr. */
export function terminalPorts(
  { folder, before, signal }: Training,
  processes: ExperimentPorts['processes'],
) {
  const progress = new ProgressLine(process.stderr, () => performance.now());
  let planned: readonly PlannedRun[] = [];
  const labelOf = (run: string) => planned.find(({ id }) => id === run)?.label ?? run;
  const ports: ExperimentPorts = {
    spawn: engines.spawn,
    ready: (engine) => engines.ready(engine, { signal, onProgress: installing() }),
    datasetsFolder,
    lookAtData: async (source) => {
      const { onProgress, end } = readingLine(process.stderr, () => performance.now());
      try {
        return await lookAtDataset(source, datasetsFolder, { signal, onProgress });
      } finally {
        end();
      }
    },
    folder,
    before,
    processes,
    now: () => new Date(),
    signal,
    onRunning: () => {},
    emit: (event) => {
      switch (event.type) {
        case 'planned':
          planned = event.runs;
          progress.plan(planned.reduce((sum, { steps }) => sum + steps, 0));
          break;
        case 'note':
          process.stderr.write(`Note: ${event.text}\n`);
          break;
        case 'losses':
          progress.take(event, labelOf(event.run));
          break;
        default:
          break;
      }
    },
  };
  return { ports, progress, labelOf };
}

/** Runs trained again in a terminal: phases on stderr. */
export function againPorts(signal: AbortSignal): RepeatPorts {
  return {
    spawn: engines.spawn,
    ready: (engine) => engines.ready(engine, { signal, onProgress: installing() }),
    datasetsFolder,
    signal,
    now: () => new Date(),
    onPhase: (phase) => void process.stderr.write(`${phase}.\n`),
  };
}

/** Tells of an installation: a line for each of its phases. */
export function installing(): (progress: InstallProgress) => void {
  let told = '';
  return ({ what }) => {
    if (what !== told) process.stderr.write(`${what}\n`);
    told = what;
  };
}

/** @param folder of the experiment that was stopped; null if it has none yet */
export function sayHowToResume(folder: string | null): void {
  if (folder !== null) process.stderr.write(`Stopped. To train the rest: lab resume ${folder}\n`);
}
