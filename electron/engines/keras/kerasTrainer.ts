import { rmSync } from 'node:fs';
import { engineOf } from '../../../shared/engines/engineCatalog';
import type { KerasBackend } from '../../../shared/engines/keras';
import { toWireError } from '../../../shared/lib/appError';
import type { Script } from '../../../shared/training/script';
import type { EnvironmentConfig } from '../../../shared/training/trainingConfig';
import { WIRE_VERSION, type TrainerRequest } from '../../../shared/training/wire';
import {
  KILLED,
  pipedTrainer,
  type SpawnTrainer,
  type TrainerProcess,
} from '../../training/trainerProcess';

/** Makes the folder that a script's process reads; in the app in a thread, since data may be large. */
export type Prepare = (script: Script, backend: KerasBackend) => Promise<string>;

/**
 * Training processes of Keras, each in the Python of its backend's environment.
 * @param pythonOf the executable, which is there by now
 * @param entry child.py, with its other files beside it
 */
export function kerasTrainer(
  pythonOf: (backend: KerasBackend) => string,
  entry: string,
  prepare: Prepare,
): SpawnTrainer {
  return (script) => {
    const backend = engineOf(script.engine.mode).replace('keras-', '') as KerasBackend;
    return onceReady(async () => {
      const prepared = await prepare(script, backend);
      const child = pipedTrainer(pythonOf(backend), ['-u', '-B', entry], {
        ...kept(process.env),
        ...variablesOf(backend, script.environment),
        TWINTRAIN_PREPARED: prepared,
      });
      child.onExit(() => rmSync(prepared, { recursive: true, force: true }));
      return child;
    });
  };
}

/**
 * A process that starts later, and is there at once for its host: what cannot be prepared is told as the
 * process itself would tell it.
 */
function onceReady(start: () => Promise<TrainerProcess>): TrainerProcess {
  const waiting: TrainerRequest[] = [];
  const lines: ((line: string) => void)[] = [];
  const exits: ((how: string) => void)[] = [];
  let child: TrainerProcess | null = null;
  let isKilled = false;
  const exit = (how: string) => {
    for (const listener of exits) listener(how);
  };
  start().then(
    (own) => {
      child = own;
      own.onLine((line) => {
        for (const listener of lines) listener(line);
      });
      own.onExit(exit);
      for (const request of waiting) own.send(request);
      if (isKilled) own.kill();
    },
    (error: unknown) => {
      const told = [
        { type: 'ready', wire: WIRE_VERSION },
        { type: 'script-failed', error: toWireError(error) },
      ];
      if (!isKilled) for (const line of told) for (const own of lines) own(JSON.stringify(line));
      exit(KILLED);
    },
  );
  return {
    get pid() {
      return child?.pid;
    },
    send: (request) => {
      if (child === null) waiting.push(request);
      else child.send(request);
    },
    onLine: (listener) => void lines.push(listener),
    onExit: (listener) => void exits.push(listener),
    kill: () => {
      isKilled = true;
      child?.kill();
    },
  };
}

/** What the user's shell has of these would change results unseen. */
function kept(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(inherited).filter(
    ([name]) => !/^(KERAS_|TF_|XLA_|JAX_|OMP_|MKL_|OPENBLAS_|PYTHON)/.test(name),
  );
  return Object.fromEntries(own);
}

function variablesOf(
  backend: KerasBackend,
  { threads, onednn }: EnvironmentConfig,
): NodeJS.ProcessEnv {
  return {
    KERAS_BACKEND: backend,
    // Names of things in sets and dictionaries come in the same order in every process.
    PYTHONHASHSEED: '0',
    PYTHONNOUSERSITE: '1',
    OMP_NUM_THREADS: String(threads),
    // Orthogonal initialisers round by it: SciPy's LAPACK is OpenBLAS.
    OPENBLAS_NUM_THREADS: String(threads),
    ...(backend === 'tensorflow'
      ? {
          TF_NUM_INTRAOP_THREADS: String(threads),
          TF_NUM_INTEROP_THREADS: '1',
          TF_ENABLE_ONEDNN_OPTS: onednn ? '1' : '0',
          TF_CPP_MIN_LOG_LEVEL: '3',
          TF_DETERMINISTIC_OPS: '1',
        }
      : {}),
  };
}
