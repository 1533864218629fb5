import type { Script } from '../../shared/training/script';
import { doneOrAborted, startScript, type SpawnTrainer } from '../trainerHost';
import type { ProgressLine } from './progressLine';

/**
 * Runs a script in a process of its own, with a progress line; a signal stops it at a step.
 * @throws {AppError} what the script failed with, or trainer-died
 */
export async function trainToEnd(
  script: Script,
  how: 'start' | 'resume',
  spawn: SpawnTrainer,
  signal: AbortSignal,
  progress: ProgressLine,
  labelOf: (model: 'a' | 'b') => string,
): Promise<void> {
  const running = startScript(
    script,
    spawn,
    (event) => {
      if (event.type === 'losses') progress.add(event.losses.length, labelOf(event.model));
    },
    how,
  );
  try {
    await doneOrAborted(running, signal, () => running.stop());
  } finally {
    progress.end();
  }
}
