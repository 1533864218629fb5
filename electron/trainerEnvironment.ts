import type { EngineMode } from '../shared/training/engineModes';
import type { EnvironmentConfig } from '../shared/training/trainingConfig';

/**
 * The variables a training process starts with. TensorFlow reads them once a process, so they are
 * fixed here; whatever TF_ variables the user's shell has would change results unseen and are
 * left out.
 */
export function trainerEnvironment(
  inherited: NodeJS.ProcessEnv,
  { threads, onednn }: EnvironmentConfig,
  mode: EngineMode,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(
    ([name]) => !/^(TF_|ELECTRON_RUN_AS_NODE$|NODE_OPTIONS$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    TF_NUM_INTRAOP_THREADS: String(threads),
    // Small steps wait on this pool for longer than they compute.
    TF_NUM_INTEROP_THREADS: '1',
    TF_ENABLE_ONEDNN_OPTS: onednn ? '1' : '0',
    // XLA repeats itself on the processor anyway, and with this refuses the gradient of pooling.
    ...(mode === 'xla' ? {} : { TF_DETERMINISTIC_OPS: '1' }),
    TF_CPP_MIN_LOG_LEVEL: '3',
  };
}
