import { layersOf, type Architecture } from '../../../shared/architecture/architecture';
import type { LayerKind } from '../../../shared/architecture/layerCatalog';
import type { TfjsMode } from '../../../shared/engines/tfjs';
import type { Script } from '../../../shared/training/script';
import type { EnvironmentConfig } from '../../../shared/training/trainingConfig';
import type { FirstRequest } from '../../training/trainerProcess';
import { modeOf } from './modeOf';

/**
 * The variables a training process starts with. TensorFlow and XLA read them once per process, so they
 * are fixed here; the user's own values of them, and of those that NVIDIA's libraries read,
 * would silently change results and are left out.
 *
 * @param networks what the process trains
 */
export function trainerEnvironment(
  inherited: NodeJS.ProcessEnv,
  { threads, onednn }: EnvironmentConfig,
  mode: TfjsMode,
  networks: readonly Architecture[],
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(
    ([name]) =>
      !/^(TF_|XLA_|NVIDIA_TF32_OVERRIDE$|CUBLAS|CUDNN_|ELECTRON_RUN_AS_NODE$|NODE_OPTIONS$)/.test(
        name,
      ),
  );
  return {
    ...Object.fromEntries(kept),
    TF_NUM_INTRAOP_THREADS: String(threads),
    // Small steps wait on this pool longer than they compute.
    TF_NUM_INTEROP_THREADS: '1',
    TF_ENABLE_ONEDNN_OPTS: onednn ? '1' : '0',
    ...(mode === 'xla'
      ? { XLA_FLAGS: xlaFlags(networks).join(' ') }
      : // XLA is reproducible without it, and with it refuses the gradient of pooling.
        { TF_DETERMINISTIC_OPS: '1' }),
    TF_CPP_MIN_LOG_LEVEL: '3',
  };
}

function xlaFlags(networks: readonly Architecture[]): string[] {
  const has = (...kinds: LayerKind[]) =>
    networks.some((network) => layersOf(network).some(({ kind }) => kinds.includes(kind)));
  return [
    // On a GPU XLA by default times several kernels in every process and takes the fastest,
    // so that two runs of the same training diverge after some steps. Its deterministic mode prevents
    // that, but turns the gradient of max pooling into a loop that takes far too long; with such layers
    // only this timing of kernels is switched off.
    has('maxPooling1d', 'maxPooling2d')
      ? '--xla_gpu_autotune_level=0'
      : '--xla_gpu_deterministic_ops=true',
    // On the CPU small matrix products wait for other threads longer than they compute; large ones have
    // a library of their own. Convolutions need the threads.
    ...(has('conv1d', 'conv2d', 'depthwiseConv2d') ? [] : ['--xla_cpu_multi_thread_eigen=false']),
  ];
}

/** The variables for the process of a script. */
export function childEnvironment(script: Script, request: FirstRequest): NodeJS.ProcessEnv {
  // Measuring tries XLA too.
  const mode = request === 'choose-mode' ? 'xla' : modeOf(script);
  const networks = [script.models.a, script.models.b].flatMap((own) => own?.architecture ?? []);
  return trainerEnvironment(process.env, script.environment, mode, networks);
}
