import * as tf from '@tensorflow/tfjs-node-gpu';
import { withBiasAdd } from './biasAdd';
import { CompiledStep, type FedInput } from './compiledStep';
import type { CompiledMode } from './loopGraph';
import { nativeBackend, nativeId, usesOneDnn } from './nativeBackend';
import { withJoinedUpdates } from './joinedUpdates';
import { withOneDnnKernels } from './oneDnnKernels';
import { withPlainProducts } from './plainProducts';
import { pruned, sameProgram, type Probe, type StepProgram } from './program';
import { record } from './recorder';
import { withReluBeforePool } from './reluBeforePool';
import { SavedState } from './savedState';
import { withTransposedFactors } from './transposedFactors';
import { withoutCopies } from './withoutCopies';

export interface StepInput {
  /** One batch, to run the step on while it is recorded. */
  readonly example: tf.Tensor;
  readonly fed: FedInput;
}

export interface TraceOptions {
  readonly mode: CompiledMode;
  readonly inputs: readonly StepInput[];
  /** Most steps of one call. */
  readonly capacity: number;
  /** Plain numbers inside the step that are to change from step to step. */
  readonly numbers?: readonly StepNumber[];
  /** Asked at each operation where in the step it is. */
  readonly placeOf?: () => string;
}

/** A number that the step holds in JavaScript, such as an optimiser's learning rate. */
export interface StepNumber {
  readonly value: number;
  readonly set: (value: number) => void;
}

/** Values that no step contains by itself, so that a number can be recognised by them. */
const PROBES: Probe = [0.012_345_671, 0.023_456_782];

/**
 * `tf.function` for TensorFlow.js: records one real training step - forward, gradients, optimiser -
 * and compiles it into a loop that TensorFlow runs without JavaScript.
 *
 * `step` is run three times on the examples (once to create optimiser slots, twice to record and to
 * prove that both recordings are one program); every variable is put back afterwards, so the model
 * is as it was. Step counts that an optimiser keeps in JavaScript are not restored. Numbers are found
 * by recording the step with two values for each and seeing which constants change with them.
 *
 * @param step takes the inputs' batches, updates variables, returns float32: a scalar (the loss) or
 *   [width] (a loss and metrics)
 * @throws {TraceError} for what a graph cannot hold
 */
export function traceStep(
  step: (...inputs: tf.Tensor[]) => tf.Tensor,
  options: TraceOptions,
): CompiledStep {
  const { program, variables } = recordedStep(step, options);
  return new CompiledStep(
    program,
    variables,
    options.inputs.map(({ fed }) => fed),
    {
      batchSize: options.inputs[0]?.example.shape[0] ?? 0,
      capacity: options.capacity,
      mode: options.mode,
      numberCount: options.numbers?.length ?? 0,
    },
  );
}

export interface RecordedStep {
  readonly program: StepProgram;
  readonly variables: readonly tf.Variable[];
}

/**
 * The program of a step in the form that its mode runs, as `traceStep` describes it.
 * @throws {TraceError} for what a graph cannot hold
 */
export function recordedStep(
  step: (...inputs: tf.Tensor[]) => tf.Tensor,
  options: Pick<TraceOptions, 'mode' | 'inputs' | 'numbers' | 'placeOf'>,
): RecordedStep {
  const examples = options.inputs.map(({ example }) => example);
  const state = new SavedState();
  const numbers = options.numbers ?? [];
  const probes = numbers.map((_, index): Probe => [PROBES[0] + index, PROBES[1] + index]);
  const probe = (which: 0 | 1) =>
    numbers.forEach(({ set }, index) => set((probes[index] as Probe)[which]));
  try {
    probe(0);
    state.observe(() => tf.tidy(() => void step(...examples)));
    state.restore();
    const { placeOf = null } = options;
    const first = recordProgram(step, examples, state.variables, placeOf);
    state.restore();
    probe(1);
    const second = recordProgram(step, examples, state.variables, null);
    const program = prepared(sameProgram(first.program, second.program, probes), options.mode);
    return { program, variables: first.variables };
  } finally {
    for (const { value, set } of numbers) set(value);
    state.restore();
    state.dispose();
  }
}

/** The same step in the form that TensorFlow or XLA runs fastest. */
function prepared(program: StepProgram, mode: CompiledMode): StepProgram {
  const plain = withReluBeforePool(withoutCopies(withPlainProducts(program)));
  const joined = withJoinedUpdates(plain, mode);
  if (nativeBackend().isUsingGpuDevice) return joined;
  if (mode === 'xla') return withTransposedFactors(joined);
  return usesOneDnn() ? withOneDnnKernels(joined) : joined;
}

function recordProgram(
  step: (...inputs: tf.Tensor[]) => tf.Tensor,
  examples: readonly tf.Tensor[],
  candidates: readonly tf.Variable[],
  placeOf: (() => string) | null,
): RecordedStep {
  const backend = nativeBackend();
  const recorded: RecordedStep[] = [];
  tf.tidy(() => {
    // Copies, so that an example that is also used elsewhere is not mistaken for the input.
    const inputs = examples.map((example) => tf.add(example, tf.zerosLike(example)));
    const inputIds = inputs.map((input) => nativeId(backend, input));
    const before = candidates.map((variable) => nativeId(backend, variable));
    const { recording, result: ids } = record(
      () => {
        const result = step(...inputs);
        return {
          result,
          id: nativeId(backend, result),
          after: candidates.map((variable) => nativeId(backend, variable)),
        };
      },
      new Set([...inputIds, ...before]),
      placeOf,
    );
    const changed = ids.after.filter((id, index) => id !== before[index]);
    const vectors = new Map(
      candidates.flatMap((variable, index) =>
        variable.rank === 1 ? [[before[index] as number, { length: variable.size }]] : [],
      ),
    );
    const { ops, constants } = pruned({ ...recording, ops: withBiasAdd(recording.ops, vectors) }, [
      ids.id,
      ...changed,
    ]);
    const used = new Set([...ops.flatMap((op) => op.inputs), ids.id]);
    const typeOf = (tensor: tf.TensorInfo) => ({
      dtype: backend.tensorMap.get(tensor.dataId).dtype,
      shape: [...tensor.shape],
    });
    const members = candidates.flatMap((variable, index) => {
      const [own, after] = [before[index] as number, ids.after[index] as number];
      return used.has(own) || own !== after ? [{ variable, before: own, after }] : [];
    });
    const program: StepProgram = {
      inputs: inputs.map((input, index) => ({ id: inputIds[index] as number, ...typeOf(input) })),
      state: members.map(({ variable, before: own, after }, index) => ({
        before: own,
        after,
        ...typeOf(variable),
        parts: [{ variable: index, shape: [...variable.shape] }],
      })),
      result: { id: ids.id, ...typeOf(ids.result) },
      ops,
      constants,
      numbers: [],
    };
    recorded.push({ program, variables: members.map(({ variable }) => variable) });
  });
  return recorded[0] as (typeof recorded)[0];
}
