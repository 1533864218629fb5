import os from 'node:os';
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { TfjsRan } from '../../../shared/engines/tfjs';
import type { EnvironmentConfig } from '../../../shared/training/trainingConfig';
import { nativeBackend } from './trace/nativeBackend';

/** The device this process computes on: TensorFlow falls back to the CPU silently. */
export function deviceName(): 'GPU' | 'CPU' {
  return nativeBackend().isUsingGpuDevice ? 'GPU' : 'CPU';
}

/** What this process really runs on, as its libraries report it. */
export function recordEnvironment(engineName: string, config: EnvironmentConfig): TfjsRan {
  const variables = Object.entries(process.env).filter(([name]) =>
    /^(TF_|CUDA_|NVIDIA_)/.test(name),
  );
  // The folder of the CUDA tools affects no result and may reveal the name of the user.
  const xlaFlags = (process.env['XLA_FLAGS'] ?? '')
    .split(' ')
    .filter((flag) => flag !== '' && !flag.startsWith('--xla_gpu_cuda_data_dir='));
  if (xlaFlags.length > 0) variables.push(['XLA_FLAGS', xlaFlags.join(' ')]);
  return {
    engine: {
      name: engineName,
      backend: tf.getBackend(),
      tensorflow: nativeBackend().binding.TF_Version,
      tfjs: tf.version['tfjs-core'],
      device: deviceName(),
      threads: config.threads,
      onednn: config.onednn,
    },
    variables: Object.fromEntries(variables as [string, string][]),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: process.platform,
    arch: process.arch,
    cpu: os.cpus()[0]?.model ?? 'unknown',
  };
}
