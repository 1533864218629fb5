import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { engineOf } from '../../../shared/engines/engineCatalog';
import type { KerasBackend } from '../../../shared/engines/keras';
import { toWireError } from '../../../shared/lib/appError';
import type { Script } from '../../../shared/training/script';
import type { EnvironmentConfig } from '../../../shared/training/trainingConfig';
import { WIRE_VERSION, type TrainerRequest } from '../../../shared/training/wire';
import { refuseLockedRun } from '../../runs/runLock';
import {
  KILLED,
  pipedTrainer,
  type SpawnTrainer,
  type TrainerProcess,
} from '../../training/trainerProcess';
import { keepPrograms, lendPrograms } from './compiledPrograms';
import type { KerasPython } from './environment';

/** Makes the folder that a script's process reads; the app does it in a thread, as data may be large. */
export type Prepare = (script: Script, backend: KerasBackend) => Promise<string>;

/**
 * Training processes of Keras, each in the Python of its backend's environment.
 * @param pythonOf what runs a backend, installed by then
 * @param entry child.py, with its other files beside it
 * @param programs where JAX's compiled programs are kept
 */
export function kerasTrainer(
  pythonOf: (backend: KerasBackend) => KerasPython,
  entry: string,
  prepare: Prepare,
  programs: string,
): SpawnTrainer {
  return (script) => {
    const backend = engineOf(script.engine.mode).replace('keras-', '') as KerasBackend;
    return onceReady(async () => {
      for (const model of [script.models.a, script.models.b]) {
        if (model !== undefined) refuseLockedRun(model.folder);
      }
      const { executable, paths } = pythonOf(backend);
      const prepared = await prepare(script, backend);
      const own = join(prepared, 'programs');
      if (backend === 'jax') lendPrograms(programs, own);
      const child = pipedTrainer(executable, ['-u', '-B', entry], {
        ...kept(process.env),
        ...variablesOf(backend, script.environment),
        ...(paths.length > 0 && { PYTHONPATH: paths.join(':') }),
        TWINTRAIN_PREPARED: prepared,
      });
      let isWhole = false;
      child.onLine((line) => {
        isWhole ||= line.includes('"script-ended"');
      });
      child.onExit(() => {
        // A process that was killed may have left a part of a file.
        if (isWhole) keepPrograms(own, programs);
        rmSync(prepared, { recursive: true, force: true });
      });
      return child;
    });
  };
}

/**
 * Stands in for a process that starts later: requests wait for it, and if preparing fails, the error is
 * reported as the process itself would report it.
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

/** The environment without variables that would silently change results. */
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
    // Sets of names are iterated in the same order in every process.
    PYTHONHASHSEED: '0',
    PYTHONNOUSERSITE: '1',
    OMP_NUM_THREADS: String(threads),
    // Orthogonal initialisers round differently by thread count: SciPy's LAPACK is OpenBLAS.
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
