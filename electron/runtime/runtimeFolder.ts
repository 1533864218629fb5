import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Device } from '../../shared/ipc/runtimeState';

/** What the native runtime consists of, in one folder: the binding looks for the libraries beside itself. */
export const runtimeParts = {
  binding: 'tfjs_binding.node',
  libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  /** With CUDA: a folder for each of NVIDIA's wheels. */
  nvidia: 'nvidia',
} as const;

const wheelSchema = z.strictObject({
  project: z.string(),
  /** Name of the wheel on PyPI. */
  file: z.string(),
  sha256: z.string(),
  downloadMiB: z.number(),
});
const runtimePinSchema = z.strictObject({
  version: z.string(),
  wheels: z.array(wheelSchema).min(1),
});
export const runtimePinsSchema = z.strictObject({ cpu: runtimePinSchema, cuda: runtimePinSchema });

export type Wheel = z.infer<typeof wheelSchema>;
export type RuntimePin = z.infer<typeof runtimePinSchema>;

/** The folder for a fetched runtime of this pin; every pin has a folder of its own. */
export function fetchedRuntime(
  userData: string,
  device: Device,
  { version, wheels }: RuntimePin,
): string {
  const hash = createHash('sha256').update(wheels.map(({ sha256 }) => sha256).join());
  const name = `tensorflow-${version}-${device}-${hash.digest('hex').slice(0, 12)}`;
  return join(userData, 'runtime', name);
}

/** The first folder that holds a whole runtime; null where none does. */
export function findRuntime(folders: readonly string[]): string | null {
  const parts = [runtimeParts.binding, ...runtimeParts.libraries];
  return folders.find((folder) => parts.every((name) => existsSync(join(folder, name)))) ?? null;
}

/**
 * What a training process needs in its environment to load a runtime. The loader finds NVIDIA's
 * libraries, XLA finds its assembler and device library; and only the GPU memory that is needed
 * is taken, whereas TensorFlow by default takes all of it.
 */
export function runtimeVariables(folder: string): Record<string, string> {
  const binding = { TWINTRAIN_BINDING: join(folder, runtimeParts.binding) };
  const nvidia = join(folder, runtimeParts.nvidia);
  if (!existsSync(nvidia)) return binding;
  const libraries = readdirSync(nvidia).map((part) => join(nvidia, part, 'lib'));
  return {
    ...binding,
    LD_LIBRARY_PATH: [...libraries, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
    XLA_FLAGS: `--xla_gpu_cuda_data_dir=${join(nvidia, 'cuda_nvcc')}`,
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  };
}
