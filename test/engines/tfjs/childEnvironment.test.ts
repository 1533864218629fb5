import { expect, test } from 'vitest';
import { trainerEnvironment } from '../../../electron/engines/tfjs/childEnvironment';
import {
  architectureSchema,
  asSubclass,
  layersOf,
} from '../../../shared/architecture/architecture';
import { articleNetwork } from '../../../shared/protocols/articleNetwork';
import { environmentSchema } from '../../../shared/training/trainingConfig';

const config = environmentSchema.parse({});
const dense = articleNetwork(4, [6], 3);
const pooled = architectureSchema.parse({
  style: 'sequential',
  inputShape: [8, 8, 1],
  layers: [
    { id: 'pool', kind: 'maxPooling2d' },
    { id: 'flat', kind: 'flatten' },
    { id: 'out', kind: 'dense', units: 2, activation: 'softmax' },
  ],
});

const convolved = architectureSchema.parse({
  ...pooled,
  layers: [{ id: 'conv', kind: 'conv2d', filters: 2, kernelSize: [3, 3] }, ...layersOf(pooled)],
});

test('shell variables that change results are dropped, all others are kept', () => {
  const shell = {
    PATH: '/bin',
    LD_LIBRARY_PATH: '/own',
    CUDA_VISIBLE_DEVICES: '1',
    TF_XLA_FLAGS: '--tf_xla_auto_jit=2',
    XLA_FLAGS: '--xla_cpu_enable_fast_math=true',
    NVIDIA_TF32_OVERRIDE: '0',
    CUBLAS_WORKSPACE_CONFIG: ':16:8',
    NODE_OPTIONS: '--inspect',
  };
  const own = trainerEnvironment(shell, config, 'graph', [dense]);
  expect(own).toMatchObject({
    PATH: '/bin',
    LD_LIBRARY_PATH: '/own',
    CUDA_VISIBLE_DEVICES: '1',
    TF_DETERMINISTIC_OPS: '1',
  });
  for (const name of Object.keys(shell).slice(3)) expect(own).not.toHaveProperty(name);
});

test('XLA is told to be deterministic on a card, in the way that the networks allow', () => {
  const flags = (...networks: Parameters<typeof trainerEnvironment>[3]) =>
    trainerEnvironment({}, config, 'xla', networks)['XLA_FLAGS']?.split(' ');
  const oneThread = '--xla_cpu_multi_thread_eigen=false';
  expect(flags(dense, asSubclass(dense))).toEqual(['--xla_gpu_deterministic_ops=true', oneThread]);
  expect(flags(pooled)).toEqual(['--xla_gpu_autotune_level=0', oneThread]);
  expect(flags(dense, convolved)).toEqual(['--xla_gpu_autotune_level=0']);
  expect(trainerEnvironment({}, config, 'xla', [])).not.toHaveProperty('TF_DETERMINISTIC_OPS');
});
