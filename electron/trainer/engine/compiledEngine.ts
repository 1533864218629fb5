import * as tf from '@tensorflow/tfjs-node-gpu';
import { AppError } from '../../../shared/lib/appError';
import type { TrainingConfig } from '../../../shared/training/trainingConfig';
import type { Trainable } from '../models/trainable';
import type { CompiledStep } from '../trace/compiledStep';
import type { CompiledMode } from '../trace/loopGraph';
import { TraceError } from '../trace/traceError';
import { traceStep } from '../trace/traceStep';
import { ModelEngine } from './modelEngine';

/** Steps of one native call at most; the loop's arrays have this length. */
const CAPACITY = 256;
/** A call should last about this long: the loop around it looks for a stop in between. */
const CALL_MS = 60;

/**
 * Trains by a compiled step: the model's own step, recorded once for every batch size that occurs,
 * then run many times a native call.
 */
export class CompiledEngine extends ModelEngine {
  readonly name: CompiledMode;
  readonly #clock: () => number;
  readonly #steps = new Map<number, CompiledStep>();
  #stepsPerCall = 8;

  constructor(model: Trainable, training: TrainingConfig, mode: CompiledMode, clock: () => number) {
    super(model, training);
    this.name = mode;
    this.#clock = clock;
  }

  /** Grows or shrinks with the time that calls take. Changes no result: K steps are K steps. */
  get stepsPerCall(): number {
    return this.#stepsPerCall;
  }

  run(batches: readonly Int32Array[]): Float32Array {
    const losses = new Float32Array(batches.length);
    for (let at = 0; at < batches.length;) {
      // A smaller last batch is another compiled step on the same variables.
      const size = batches[at]?.length ?? 0;
      let end = at;
      while (end < batches.length && end - at < CAPACITY && batches[end]?.length === size) end++;
      const isCompiled = this.#steps.has(size);
      const step = this.#compiled(size);
      const startedAt = this.#clock();
      losses.set(step.run({ rows: batches.slice(at, end) }), at);
      // The first call also compiles, which says nothing of the next.
      if (isCompiled) this.#adapt((this.#clock() - startedAt) / (end - at));
      at = end;
    }
    return losses;
  }

  override dispose(): void {
    for (const step of this.#steps.values()) step.dispose();
    super.dispose();
  }

  #compiled(batchSize: number): CompiledStep {
    const known = this.#steps.get(batchSize);
    if (known !== undefined) return known;
    const { inputs, targets, step } = this.parts;
    const examples = [inputs, targets].map((data) => ({
      data,
      example: firstRows(data, batchSize),
    }));
    try {
      const compiled = tracedOrRefused(() =>
        traceStep(step as (...batch: tf.Tensor[]) => tf.Scalar, {
          mode: this.name,
          capacity: CAPACITY,
          inputs: examples.map(({ data, example }) => ({ example, fed: { kind: 'rows', data } })),
        }),
      );
      this.#steps.set(batchSize, compiled);
      return compiled;
    } finally {
      for (const { example } of examples) example.dispose();
    }
  }

  #adapt(msPerStep: number): void {
    const wanted = Math.round(CALL_MS / Math.max(msPerStep, 1e-3));
    this.#stepsPerCall = Math.min(CAPACITY, Math.max(1, wanted));
  }
}

function firstRows(data: tf.Tensor, count: number): tf.Tensor {
  return tf.tidy(() => tf.gather(data, tf.range(0, count, 1, 'int32')));
}

function tracedOrRefused<T>(trace: () => T): T {
  try {
    return trace();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    throw new AppError(
      'not-traceable',
      `This network cannot be compiled: ${error.message}.`,
      'Train it with the eager engine (--engine eager), which runs everything.',
      error,
    );
  }
}
