import type { Script } from '../../shared/training/script';
import type { FirstRequest, SpawnTrainer, TrainerProcess } from './trainerProcess';

/** What decides how a process starts; the rest of its script may still be unknown. */
export type StartOf = Pick<Script, 'engine' | 'environment' | 'models'>;

export interface TrainersAhead {
  /** Gives the process that was started ahead for such a script, or starts one. */
  readonly spawn: SpawnTrainer;
  /** Starts a process that waits for its script: loading TensorFlow takes a second on a slow machine. */
  readonly start: (script: Script, request: FirstRequest) => void;
  /** Ends the processes that still wait. */
  readonly end: () => void;
}

/** Trainers whose processes may start before their turn. */
export function trainersAhead(spawn: SpawnTrainer): TrainersAhead {
  let waiting: Waiting[] = [];
  return {
    start: (script, request) => {
      const own = {
        key: startKey(script, request),
        process: heardLater(spawn(script, request)),
      };
      waiting.push(own);
      own.process.onExit(() => {
        waiting = waiting.filter((other) => other !== own);
      });
    },
    spawn: (script, request) => {
      const key = startKey(script, request);
      const ready = waiting.find((own) => own.key === key);
      if (ready === undefined) return spawn(script, request);
      waiting = waiting.filter((own) => own !== ready);
      return ready.process;
    },
    end: () => {
      for (const { process } of waiting) process.kill();
      waiting = [];
    },
  };
}

interface Waiting {
  readonly key: string;
  readonly process: TrainerProcess;
}

function startKey({ engine, environment, models }: StartOf, request: FirstRequest): string {
  const networks = [models.a, models.b].map((own) => own?.architecture ?? null);
  // Resuming starts the process in the same way.
  const kind = request === 'resume' ? 'start' : request;
  return JSON.stringify([kind, engine.mode, environment, networks]);
}

/** Keeps what a process says and how it ends for who listens later. */
function heardLater(child: TrainerProcess): TrainerProcess {
  const lines: string[] = [];
  let ended: string | null = null;
  const lineListeners: ((line: string) => void)[] = [];
  const exitListeners: ((how: string) => void)[] = [];
  child.onLine((line) => {
    if (lineListeners.length === 0) lines.push(line);
    for (const listener of lineListeners) listener(line);
  });
  child.onExit((how) => {
    ended = how;
    for (const listener of exitListeners) listener(how);
  });
  return {
    get pid() {
      return child.pid;
    },
    send: child.send,
    kill: child.kill,
    onLine: (listener) => {
      lineListeners.push(listener);
      for (const line of lines.splice(0)) listener(line);
    },
    onExit: (listener) => {
      exitListeners.push(listener);
      if (ended !== null) listener(ended);
    },
  };
}
