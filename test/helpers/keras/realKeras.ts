import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureVenv } from '../../../build/bootstrap/pythonVenv.mjs';

const root = join(import.meta.dirname, '../../..');

/** What Keras says of one source. */
export type KerasModel =
  | {
      readonly output: readonly number[];
      readonly weights: readonly (readonly number[])[];
      readonly parameters: number;
      readonly layers: readonly string[];
      /** What `to_json` gives; null of a subclass. */
      readonly json: string | null;
    }
  | { readonly error: string };

/** A Python with Keras 3, JAX and NumPy. */
export function kerasPython(): Promise<string> {
  return ensureVenv({
    name: 'keras',
    requirements: join(root, 'build/keras/requirements.txt'),
    what: 'Keras and JAX for the tests of exported source (120 MB)',
  });
}

/** Runs sources under a real Keras 3 on JAX, in one Python process. */
export async function realKeras(
  sources: readonly { readonly source: string; readonly inputShape: readonly number[] }[],
): Promise<{ readonly models: readonly KerasModel[]; readonly attributes: readonly string[] }> {
  const python = await kerasPython();
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(root, 'test/helpers/keras/inspect_models.py')],
    {
      input: JSON.stringify(sources),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      env: { PATH: process.env['PATH'], KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu' },
    },
  );
  if (status !== 0) throw new Error(`Keras ended with ${status}:\n${stderr.slice(-3000)}`);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof realKeras>>;
}
