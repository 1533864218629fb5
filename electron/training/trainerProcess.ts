import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Script } from '../../shared/training/script';
import type { TrainerRequest } from '../../shared/training/wire';

/** A running training process, whichever way it was started; it speaks JSON lines. */
export interface TrainerProcess {
  readonly pid: number | undefined;
  readonly send: (request: TrainerRequest) => void;
  readonly onLine: (listener: (line: string) => void) => void;
  /** Called once, after the last line. */
  readonly onExit: (listener: (how: string) => void) => void;
  readonly kill: () => void;
}

/** The first request to a process. */
export type FirstRequest = Extract<TrainerRequest, { readonly script: Script }>['type'];

/** Starts the process that trains a script. */
export type SpawnTrainer = (script: Script, request: FirstRequest) => TrainerProcess;

/** How a process ended if something else killed it. */
export const KILLED = 'it was killed';

/**
 * A training process of any language, which reads requests from stdin and writes events to stdout.
 * What it writes to stderr goes to ours.
 */
export function pipedTrainer(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): TrainerProcess {
  const child: ChildProcess = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  // A write to a process that is gone fails; its exit reports how it ended.
  child.stdin?.on('error', () => {});
  return {
    pid: child.pid,
    send: (request) => void child.stdin?.write(`${JSON.stringify(request)}\n`),
    onLine: (listener) => {
      if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', listener);
    },
    onExit: (listener) => {
      child.on('close', (code, signal) =>
        listener(signal === 'SIGKILL' ? KILLED : (signal ?? `exit code ${code}`)),
      );
      // A process that could not be started has no exit event.
      child.on('error', (error) => child.pid === undefined && listener(error.message));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
