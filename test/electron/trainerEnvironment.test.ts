import { expect, test } from 'vitest';
import { trainerEnvironment } from '../../electron/trainerEnvironment';
import { architectureSchema, asSubclass } from '../../shared/architecture/architecture';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { environmentSchema } from '../../shared/training/trainingConfig';

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

test('of the shell nothing that changes results is kept, all else is', () => {
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
  for (const name of [
    'TF_XLA_FLAGS',
    'NVIDIA_TF32_OVERRIDE',
    'CUBLAS_WORKSPACE_CONFIG',
    'NODE_OPTIONS',
  ])
    expect(own).not.toHaveProperty(name);
  expect(own['XLA_FLAGS']).not.toContain('fast_math');
});

test('XLA is told to repeat itself on a card, in the way that the networks allow', () => {
  const flags = (...networks: Parameters<typeof trainerEnvironment>[3]) =>
    trainerEnvironment({}, config, 'xla', networks)['XLA_FLAGS'];
  expect(flags(dense, asSubclass(dense))).toBe('--xla_gpu_deterministic_ops=true');
  expect(flags(pooled)).toBe('--xla_gpu_autotune_level=0');
  expect(flags(dense, pooled)).toBe('--xla_gpu_autotune_level=0');
});
