import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { loopGraph, widthOf, type CompiledMode } from './loopGraph';
import { nativeBackend, nativeId } from './nativeBackend';
import { variablesOf, type StepProgram } from './program';
import { encodeSavedModel } from './wire';

/** How an input of the step is fed to many steps at once. */
export type FedInput =
  { readonly kind: 'rows'; readonly data: tf.Tensor } | { readonly kind: 'stacked' };

/** What one call needs: row numbers [steps][batch], and for every `stacked` input its slices. */
export interface Feeds {
  readonly rows: readonly Int32Array[];
  /** In the order of the inputs; `[capacity, …]`, or null for a `rows` input. */
  readonly stacked?: readonly (tf.Tensor | null)[];
  /** For every number its value in each step. */
  readonly numbers?: readonly (readonly number[])[];
}

/**
 * A training step that runs natively, many times per call. The state lives in the variables
 * themselves: they can be read, written and saved between calls, and several compiled steps (a
 * smaller last batch, another mode) work on the same ones.
 */
export class CompiledStep {
  readonly mode: CompiledMode;
  /** Most steps of one call. */
  readonly capacity: number;
  readonly batchSize: number;
  readonly #program: StepProgram;
  readonly #variables: readonly tf.Variable[];
  /** The variables that a step changes, in the order in which the loop returns them. */
  readonly #changing: readonly tf.Variable[];
  readonly #inputs: readonly FedInput[];
  readonly #numberCount: number;
  #rowNumbers: Int32Array | null = null;
  #loaded: {
    readonly id: number;
    readonly inputNames: string;
    readonly outputNames: string;
  } | null = null;

  constructor(
    program: StepProgram,
    variables: readonly tf.Variable[],
    inputs: readonly FedInput[],
    options: {
      readonly batchSize: number;
      readonly capacity: number;
      readonly mode: CompiledMode;
      readonly numberCount: number;
    },
  ) {
    this.#program = program;
    this.#variables = variables;
    const isChanged = variablesOf(program).map((variable) => variable.isChanged);
    this.#changing = variables.filter((_, index) => isChanged[index]);
    this.#inputs = inputs;
    this.#numberCount = options.numberCount;
    this.mode = options.mode;
    this.capacity = options.capacity;
    this.batchSize = options.batchSize;
  }

  /**
   * Runs one step for each array in `rows`.
   * @returns what every step returned, row-major [steps, width]
   * @throws {RangeError} for more steps than `capacity`, or a wrong batch size
   */
  run({ rows, stacked, numbers }: Feeds): Float32Array {
    const [steps, batch] = [rows.length, this.batchSize];
    if (steps > this.capacity)
      throw new RangeError(`${steps} steps are more than ${this.capacity}`);
    // Reused from call to call: a call never reads what it did not overwrite.
    const rowNumbers = (this.#rowNumbers ??= new Int32Array(this.capacity * batch));
    rows.forEach((own, step) => {
      if (own.length !== batch)
        throw new RangeError(`Step ${step} has ${own.length} rows, not ${batch}`);
      rowNumbers.set(own, step * batch);
    });
    const { id, inputNames, outputNames } = (this.#loaded ??= this.#load());
    const backend = nativeBackend();
    return tf.tidy(() => {
      const fed: tf.TensorInfo[] = [
        tf.scalar(steps, 'int32'),
        tf.tensor2d(rowNumbers, [this.capacity, batch], 'int32'),
        ...this.#inputs.map((input, index) => {
          if (input.kind === 'rows') return input.data;
          const value = stacked?.[index];
          if (!value) throw new RangeError(`Input ${index} is stacked and was not fed`);
          return value;
        }),
        ...Array.from({ length: this.#numberCount }, (_, index) => {
          const values = new Float32Array(this.capacity);
          values.set(numbers?.[index] ?? []);
          return tf.tensor1d(values);
        }),
        ...this.#variables,
      ];
      const outputs = backend.binding.runSavedModel(
        id,
        fed.map((tensor) => nativeId(backend, tensor)),
        inputNames,
        outputNames,
      );
      const [results, ...state] = outputs.map((output) => backend.createOutputTensor(output));
      this.#changing.forEach((variable, index) => variable.assign(state[index] as tf.Tensor));
      return (results?.dataSync() as Float32Array).slice(0, steps * widthOf(this.#program));
    });
  }

  /** A variable's values now. */
  read(variable: tf.Variable): Float32Array {
    return variable.dataSync() as Float32Array;
  }

  write(variable: tf.Variable, values: Float32Array): void {
    tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)));
  }

  dispose(): void {
    if (this.#loaded !== null) nativeBackend().binding.deleteSavedModel(this.#loaded.id);
    this.#loaded = null;
  }

  #load() {
    const feeds = this.#inputs.map((input) => {
      if (input.kind === 'stacked') return input;
      const dtype = nativeBackend().tensorMap.get(input.data.dataId).dtype;
      return { kind: 'rows', data: { dtype, shape: input.data.shape } } as const;
    });
    const graph = loopGraph(this.#program, feeds, this.batchSize, {
      mode: this.mode,
      capacity: this.capacity,
      numberCount: this.#numberCount,
      isOnProcessor: !nativeBackend().isUsingGpuDevice,
    });
    const folder = mkdtempSync(join(tmpdir(), 'compiled-step-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(graph.nodes, graph.functions));
      const id = nativeBackend().binding.loadSavedModel(folder, 'serve');
      return { id, inputNames: graph.inputNames.join(), outputNames: graph.outputNames.join() };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
