import * as tf from '@tensorflow/tfjs-node-gpu';
import { CompiledStep, type FedInput } from './compiledStep';
import type { CompiledMode } from './loopGraph';
import { nativeBackend, nativeId } from './nativeBackend';
import { assertSameProgram, pruned, type StepProgram } from './program';
import { record } from './recorder';

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
}

/**
 * `tf.function` for TensorFlow.js: records one real training step - forward, gradients, optimiser -
 * and compiles it into a loop that TensorFlow runs without JavaScript.
 *
 * `step` is run three times on the examples (once to create optimiser slots, twice to record and to
 * prove that both recordings are one program); every variable is put back afterwards, so the model
 * is as it was. Optimisers that count steps in JavaScript alone are not put back.
 *
 * @param step takes the inputs' batches, updates variables, returns the loss, a scalar
 * @throws {TraceError} for what a graph cannot hold
 */
export function traceStep(
  step: (...inputs: tf.Tensor[]) => tf.Scalar,
  options: TraceOptions,
): CompiledStep {
  const examples = options.inputs.map(({ example }) => example);
  const state = new SavedState();
  try {
    state.observe(() => tf.tidy(() => void step(...examples)));
    state.restore();
    const first = recordProgram(step, examples, state.variables);
    state.restore();
    const second = recordProgram(step, examples, state.variables);
    state.restore();
    assertSameProgram(first.program, second.program);
    const batchSize = examples[0]?.shape[0] ?? 0;
    return new CompiledStep(
      first.program,
      first.variables,
      options.inputs.map(({ fed }) => fed),
      { batchSize, capacity: options.capacity, mode: options.mode },
    );
  } finally {
    state.restore();
    state.dispose();
  }
}

/** The values of all variables, those included that the first step creates. */
class SavedState {
  readonly #values = new Map<tf.Variable, tf.Tensor>();

  constructor() {
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      this.#values.set(variable, tf.keep(variable.clone()));
    }
  }

  get variables(): readonly tf.Variable[] {
    return [...this.#values.keys()];
  }

  /** Runs what may create variables, and keeps the values they are created with. */
  observe(action: () => void): void {
    const engine = tf.engine();
    const make = engine.makeVariable;
    engine.makeVariable = (...args) => {
      const variable = make.apply(engine, args) as tf.Variable;
      this.#values.set(variable, tf.keep(variable.clone()));
      return variable;
    };
    try {
      action();
    } finally {
      engine.makeVariable = make;
    }
  }

  restore(): void {
    for (const [variable, value] of this.#values) {
      if (!variable.isDisposed) variable.assign(value);
    }
  }

  dispose(): void {
    for (const value of this.#values.values()) value.dispose();
  }
}

function recordProgram(
  step: (...inputs: tf.Tensor[]) => tf.Scalar,
  examples: readonly tf.Tensor[],
  candidates: readonly tf.Variable[],
): { program: StepProgram; variables: readonly tf.Variable[] } {
  const backend = nativeBackend();
  const recorded: { program: StepProgram; variables: readonly tf.Variable[] }[] = [];
  tf.tidy(() => {
    // Copies, so that an example that is also used elsewhere is not taken for the input.
    const inputs = examples.map((example) => tf.add(example, tf.zerosLike(example)));
    const inputIds = inputs.map((input) => nativeId(backend, input));
    const before = candidates.map((variable) => nativeId(backend, variable));
    const { recording, result: ids } = record(
      () => {
        const loss = step(...inputs);
        return {
          loss: nativeId(backend, loss),
          after: candidates.map((variable) => nativeId(backend, variable)),
        };
      },
      new Set([...inputIds, ...before]),
    );
    const changed = ids.after.filter((id, index) => id !== before[index]);
    const { ops, constants } = pruned(recording, [ids.loss, ...changed]);
    const used = new Set([...ops.flatMap((op) => op.inputs), ids.loss]);
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
      state: members.map(({ variable, before: own, after }) => ({
        before: own,
        after,
        ...typeOf(variable),
      })),
      loss: ids.loss,
      ops,
      constants,
    };
    recorded.push({ program, variables: members.map(({ variable }) => variable) });
  });
  return recorded[0] as (typeof recorded)[0];
}
