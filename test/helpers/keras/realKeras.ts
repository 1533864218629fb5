import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Architecture } from '../../../shared/architecture/architecture';
import { inputsOf } from '../../../shared/architecture/inputs';
import { pythonSource } from '../../../shared/source/pythonSource';
import { ensureVenv } from '../../../build/bootstrap/pythonVenv.mjs';

const root = join(import.meta.dirname, '../../..');

/** What Keras says about one source. */
export type KerasModel =
  | {
      readonly output: readonly number[];
      readonly weights: readonly (readonly number[])[];
      readonly parameters: number;
      readonly layers: readonly string[];
      /** What `to_json` gives; null for a subclass. */
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

export interface KerasTraining {
  /** Makes `model`, and compiles it. */
  readonly source: string;
  readonly inputShape: readonly number[];
  readonly weights: readonly {
    readonly layer: string;
    readonly role: string;
    readonly values: readonly number[];
  }[];
  readonly inputs: readonly number[];
  /** Of several inputs, which follow one another in a row. */
  readonly inputShapes?: readonly (readonly number[])[] | null;
  readonly targets: readonly number[];
  readonly batches: readonly (readonly number[])[];
  /** The targets are given to Keras as class numbers. */
  readonly isSparse?: boolean;
  readonly rowWeights?: readonly number[] | null;
  /** Rows of a batch in which all rows are evaluated after the last step. */
  readonly evaluates?: number;
}

export interface TrainedByKeras {
  /** Of every step, before its update. */
  readonly losses: readonly number[];
  /** After the last step, in the order of the weights given. */
  readonly weights: readonly (readonly number[])[];
  /** By the names of Keras' logs. */
  readonly evaluated?: Readonly<Record<string, number>>;
}

/** The result of each training in real Keras 3 on JAX. */
export async function trainedByKeras(
  trainings: readonly KerasTraining[],
): Promise<readonly (TrainedByKeras | { readonly error: string })[]> {
  return JSON.parse(await answered('train_models.py', JSON.stringify(trainings))) as Awaited<
    ReturnType<typeof trainedByKeras>
  >;
}

/** Runs networks' sources under a real Keras 3 on JAX, in one Python process. */
export async function realKeras(
  networks: readonly Architecture[],
): Promise<{ readonly models: readonly KerasModel[]; readonly attributes: readonly string[] }> {
  const sources = networks.map((own) => ({
    source: pythonSource(own),
    inputShapes: inputsOf(own).map(({ shape }) => shape),
  }));
  return JSON.parse(await answered('inspect_models.py', JSON.stringify(sources))) as Awaited<
    ReturnType<typeof realKeras>
  >;
}

/** The output of a script next to this file for its input. */
export async function answered(script: string, input: string): Promise<string> {
  const python = await kerasPython();
  const { status, stdout, stderr } = spawnSync(python, [join(root, 'test/helpers/keras', script)], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: {
      PATH: process.env['PATH'],
      KERAS_BACKEND: 'jax',
      JAX_PLATFORMS: 'cpu',
      // Networks of some steps take longer to optimise than to train.
      XLA_FLAGS: '--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true',
    },
  });
  if (status !== 0) throw new Error(`Keras ended with ${status}:\n${stderr.slice(-3000)}`);
  return stdout;
}
