import { readFileSync } from 'node:fs';
import { AppError, fromWireError, toAppError } from '../../shared/lib/appError';
import { engineOf } from '../../shared/engines/engineCatalog';
import { outOfMemoryError } from '../../shared/training/outOfMemory';
import type { Script } from '../../shared/training/script';
import type { TrainerEvent } from '../../shared/training/wire';
import { heard } from './heard';
import { KILLED, type FirstRequest, type SpawnTrainer } from './trainerProcess';

export interface RunningScript {
  readonly pid: number | undefined;
  /** Settles when the script has ended and its process is gone. */
  readonly done: Promise<void>;
  /**
   * Asks the trainer to stop at the next step, and kills it if it does not within the grace time; or
   * asks it to stop once `atStep` steps are trained.
   */
  readonly stop: (atStep?: number) => void;
  /** Pauses the run at its next step, or once `atStep` steps are trained; a `paused` event reports it. */
  readonly pause: (atStep?: number) => void;
  readonly goOn: () => void;
  readonly kill: () => void;
}

const STOP_GRACE_MS = 5_000;

/**
 * Starts a process for one script and follows it to its end.
 *
 * `done` rejects with AppError trainer-died if the process ends before its script, out-of-memory if
 * the system killed it for lack of memory, or with the script's own error.
 *
 * @param oomKills how many processes the system has killed for lack of memory
 */
export function startScript(
  script: Script,
  spawn: SpawnTrainer,
  onEvent: (event: TrainerEvent) => void,
  request: FirstRequest = 'start',
  oomKills = systemOomKills,
): RunningScript {
  const killsBefore = oomKills();
  const child = spawn(script, request);
  let result: { error: AppError | null } | null = null;
  let graceTimer: NodeJS.Timeout | null = null;
  const done = new Promise<void>((resolve, reject) => {
    child.onLine((line) => {
      let event: TrainerEvent;
      try {
        event = heard(line, script);
      } catch (error) {
        result = { error: toAppError(error) };
        child.kill();
        return;
      }
      if (event.type === 'ready') child.send({ type: request, script });
      else if (event.type === 'script-ended') result = { error: null };
      else if (event.type === 'script-failed') result = { error: fromWireError(event.error) };
      onEvent(event);
      if (result !== null) child.kill();
    });
    child.onExit((how) => {
      if (graceTimer !== null) clearTimeout(graceTimer);
      if (result?.error === null) resolve();
      else if (result !== null) reject(result.error);
      else if (
        how !== KILLED ||
        request === 'find-batch' ||
        engineOf(script.engine.mode) !== 'tfjs' ||
        oomKills() === killsBefore
      ) {
        reject(died(how));
      } else void killedForMemory(script, spawn).then(reject);
    });
  });
  return {
    pid: child.pid,
    done,
    kill: child.kill,
    pause: (atStep) => child.send({ type: 'pause', ...(atStep === undefined ? {} : { atStep }) }),
    goOn: () => child.send({ type: 'continue' }),
    stop: (atStep) => {
      child.send({ type: 'stop', ...(atStep === undefined ? {} : { atStep }) });
      // A stop at a later step may take as long as it needs.
      if (graceTimer !== null || atStep !== undefined) return;
      graceTimer = setTimeout(() => child.kill(), STOP_GRACE_MS);
    },
  };
}

/** Waits for a script's end; calls `end` if the signal comes first. Rejects as `done` does. */
export async function doneOrAborted(
  { done }: RunningScript,
  signal: AbortSignal,
  end: () => void,
): Promise<void> {
  signal.addEventListener('abort', end, { once: true });
  try {
    await done;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** How many processes Linux has killed for lack of memory since boot; 0 if it does not say. */
function systemOomKills(): number {
  try {
    return Number(/^oom_kill (\d+)/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The error for a process that the system killed; another process finds out which batch size fits. */
async function killedForMemory(script: Script, spawn: SpawnTrainer): Promise<AppError> {
  let fitting: number | null = null;
  const take = (event: TrainerEvent) => {
    if (event.type === 'batch-found') fitting = event.batchSize;
  };
  // If that process is killed too, the size stays unknown.
  await startScript(script, spawn, take, 'find-batch').done.catch(() => {});
  const { batchSize } = script.training;
  return outOfMemoryError(
    `The system ended the training process, because memory ran out with batches of ${batchSize} rows. What it recorded is in the run folder.`,
    fitting,
  );
}

function died(how: string): AppError {
  return new AppError(
    'trainer-died',
    `The training process ended before its work was done (${how}). What it recorded is in the run folder.`,
    how === KILLED
      ? 'Something killed it. Run again; if it is killed again, try a smaller batch or network.'
      : 'Run again; if it happens again, report it with the run folder.',
  );
}
