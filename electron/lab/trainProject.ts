import { existsSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fromWireError, type WireError } from '../../shared/lib/appError';
import { runFiles } from '../../shared/runs/runFiles';
import type { Style } from '../../shared/architecture/architecture';
import type { Project } from '../../shared/training/projectFile';
import { processesFor } from '../training/ports';
import { runProject } from '../training/runProject';
import { comparisonText } from './comparisonText';
import { reportRun } from './runReport';
import { sayHowToResume, terminalPorts, type Training } from './terminalPorts';

/** Trains a project's styles and prints how each ended, in their order. @returns the exit status */
export async function trainProject(project: Project, training: Training): Promise<number> {
  const { before, isJson, signal } = training;
  let folder: string | null = null;
  const { ports, progress } = terminalPorts(training, processesFor(os.cpus().length));
  let isAllFinished = true;
  let hasTrained = false;
  const failures: WireError[] = [];
  const closed = new Map<string, string>();
  let order: readonly string[] = [];
  const report = (run: string, folder: string) => {
    // A process that could not start left nothing to report; the reason is reported at the end.
    if (!existsSync(join(folder, runFiles.manifest))) {
      isAllFinished = false;
      return;
    }
    // A project's runs are named after their styles.
    isAllFinished = reportRun(folder, run as Style, isJson) === 'finished' && isAllFinished;
  };
  try {
    const { comparison } = await runProject(project, {
      ...ports,
      onRunning: () => {
        hasTrained = true;
      },
      emit: (event) => {
        ports.emit(event);
        if (event.type === 'folder') folder = event.folder;
        if (event.type === 'process-failed') failures.push(event.error);
        if (event.type === 'planned') order = event.runs.map(({ id }) => id);
        if (event.type !== 'run-closed') return;
        progress.end();
        closed.set(event.run, event.folder);
        // They may end in any order.
        for (let [run] = order; run !== undefined && closed.has(run); [run] = order) {
          report(run, closed.get(run) ?? '');
          order = order.slice(1);
        }
      },
    });
    progress.end();
    if (failures[0] !== undefined) throw fromWireError(failures[0]);
    if (comparison !== null && !isJson && !signal.aborted) {
      process.stdout.write(comparisonText(comparison));
    }
  } finally {
    progress.end();
  }
  if (before !== null && !hasTrained && !signal.aborted) {
    process.stderr.write('Nothing was left to train: every run is finished.\n');
  }
  if (signal.aborted) {
    sayHowToResume(folder);
    return 130;
  }
  return isAllFinished ? 0 : 1;
}
