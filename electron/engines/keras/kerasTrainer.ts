import { rmSync } from 'node:fs';
import type { KerasBackend } from '../../../shared/engines/keras';
import { engineOf } from '../../../shared/engines/engineCatalog';
import type { EnvironmentConfig } from '../../../shared/training/trainingConfig';
import { pipedTrainer, type SpawnTrainer } from '../../training/trainerProcess';
import { prepare } from './prepare';

/**
 * Training processes of Keras, each in the Python of its backend's environment.
 * @param pythonOf the executable, which is there by now
 * @param entry child.py, with its other files beside it
 */
export function kerasTrainer(
  pythonOf: (backend: KerasBackend) => string,
  entry: string,
): SpawnTrainer {
  return (script) => {
    const backend = engineOf(script.engine.mode).replace('keras-', '') as KerasBackend;
    const prepared = prepare(script, backend);
    const child = pipedTrainer(pythonOf(backend), ['-u', '-B', entry], {
      ...kept(process.env),
      ...variablesOf(backend, script.environment),
      TWINTRAIN_PREPARED: prepared,
    });
    child.onExit(() => rmSync(prepared, { recursive: true, force: true }));
    return child;
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
