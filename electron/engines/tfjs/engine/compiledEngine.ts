import * as tf from '@tensorflow/tfjs-node-gpu';
import { AppError } from '../../../../shared/lib/appError';
import type { TrainingConfig } from '../../../../shared/training/trainingConfig';
import type { Trainable } from '../models/trainable';
import type { CompiledStep } from '../trace/compiledStep';
import type { CompiledMode } from '../trace/loopGraph';
import { isOutOfMemory } from '../outOfMemory';
import { TraceError } from '../trace/traceError';
import { traceStep, type StepInput, type StepNumber } from '../trace/traceStep';
import { compiledTrace } from '../explain/compiledTrace';
import type { TracedBatch } from '../explain/eagerTrace';
import type { StepFeed, TracedStep } from './engine';
import { ModelEngine } from './modelEngine';

/** Most steps in one native call: 100 ms for the smallest networks. */
const MOST_STEPS = 4_096;
/** The loop's arrays are as long as its capacity and are passed on whole: at most 512 KiB of row numbers. */
const MOST_ROW_NUMBERS = 131_072;
/**
 * A call should last about this long: the loop around it checks for a stop in between. Starting and ending
 * one takes half a millisecond or more, as every variable is passed in and out; an answer within 100 ms
 * seems immediate.
 */
const CALL_MS = 100;

/**
 * Trains with a compiled step: the model's own step, recorded once for every batch size that occurs,
 * then run many times per native call.
 */
export class CompiledEngine extends ModelEngine {
  readonly name: CompiledMode;
  readonly #clock: () => number;
  /** By batch size. */
  readonly #training = new Map<number, CompiledStep>();
  readonly #evaluations = new Map<number, CompiledStep>();
  #stepsPerCall = 8;

  constructor(model: Trainable, training: TrainingConfig, mode: CompiledMode, clock: () => number) {
    super(model, training);
    this.name = mode;
    this.#clock = clock;
  }

  /** Adapts to the time that calls take. Does not affect results: K steps are K steps. */
  get stepsPerCall(): number {
    return this.#stepsPerCall;
  }

  run(steps: readonly StepFeed[]): Float32Array {
    const { parts } = this;
    const results = new Float32Array(steps.length * this.width);
    for (const [at, end] of sameSized(steps.map(({ rows }) => rows))) {
      const part = steps.slice(at, end);
      const size = part[0]?.rows.length ?? 0;
      // A smaller last batch has its own compiled step on the same variables.
      const isCompiled = this.#training.has(size);
      const step = this.#trainingStep(size);
      const startedAt = this.#clock();
      const seeds = this.#stackedSeeds(part, step.capacity);
      try {
        const own = this.#ran(isCompiled, () =>
          step.run({
            rows: part.map(({ rows }) => rows),
            stacked: [null, null, seeds],
            numbers: parts.rates.map((_, at) => part.map(({ rates }) => rates[at] ?? 0)),
          }),
        );
        results.set(own, at * this.width);
      } finally {
        seeds?.dispose();
      }
      // The first call also compiles, so its time says nothing about the next.
      if (isCompiled) this.#adapt((this.#clock() - startedAt) / part.length);
    }
    return results;
  }

  evaluate(batches: readonly Int32Array[]): Float32Array {
    const results = new Float32Array(batches.length * this.width);
    for (const [at, end] of sameSized(batches)) {
      const rows = batches.slice(at, end);
      results.set(this.#evaluation(rows[0]?.length ?? 0).run({ rows }), at * this.width);
    }
    return results;
  }

  protected traceOf(batch: TracedBatch, step: number, values: string): TracedStep {
    return tracedOrRefused(() => compiledTrace(this.parts, batch, this.name, step, values));
  }

  override dispose(): void {
    for (const step of [...this.#training.values(), ...this.#evaluations.values()]) step.dispose();
    this.#training.clear();
    this.#evaluations.clear();
    super.dispose();
  }

  /** The first call compiles, and XLA does not have every operation. */
  #ran<T>(isCompiled: boolean, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (isCompiled || this.name !== 'xla' || isOutOfMemory(error)) throw error;
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      throw new AppError(
        'not-traceable',
        `XLA cannot compile this network: ${reason}`,
        'Train it with --engine graph, or auto, which picks the one that works.',
        error,
      );
    }
  }

  #trainingStep(batchSize: number): CompiledStep {
    const { parts } = this;
    const { dropoutCallCount } = parts;
    return memoised(this.#training, batchSize, () => {
      const seeds = tf.zeros([dropoutCallCount, 2], 'int32');
      try {
        return this.#compiled(
          batchSize,
          (x, y, own) => parts.step(x as tf.Tensor, y as tf.Tensor, own ?? null),
          dropoutCallCount > 0 ? [{ example: seeds, fed: { kind: 'stacked' } }] : [],
          parts.rates.map((value, at) => ({ value, set: (own) => parts.setRate(at, own) })),
        );
      } finally {
        seeds.dispose();
      }
    });
  }

  #evaluation(batchSize: number): CompiledStep {
    return memoised(this.#evaluations, batchSize, () =>
      this.#compiled(batchSize, (x, y) => this.parts.evaluate(x as tf.Tensor, y as tf.Tensor)),
    );
  }

  #compiled(
    batchSize: number,
    step: (...inputs: tf.Tensor[]) => tf.Tensor,
    others: readonly StepInput[] = [],
    numbers: readonly StepNumber[] = [],
  ): CompiledStep {
    const examples = [this.parts.inputs, this.parts.targets].map((data): StepInput => ({
      example: firstRows(data, batchSize),
      fed: { kind: 'rows', data },
    }));
    try {
      return tracedOrRefused(() =>
        traceStep(step, {
          mode: this.name,
          capacity: capacityOf(batchSize),
          inputs: [...examples, ...others],
          numbers,
        }),
      );
    } finally {
      for (const { example } of examples) example.dispose();
    }
  }

  /** int32 [capacity, dropout calls, 2], or null without dropout. */
  #stackedSeeds(steps: readonly StepFeed[], capacity: number): tf.Tensor | null {
    const calls = this.parts.dropoutCallCount;
    if (calls === 0) return null;
    const values = new Int32Array(capacity * calls * 2);
    steps.forEach(({ dropoutSeeds }, index) => values.set(dropoutSeeds, index * calls * 2));
    return tf.tensor3d(values, [capacity, calls, 2], 'int32');
  }

  #adapt(msPerStep: number): void {
    const wanted = Math.round(CALL_MS / Math.max(msPerStep, 1e-3));
    this.#stepsPerCall = Math.min(MOST_STEPS, Math.max(1, wanted));
  }
}

function capacityOf(batchSize: number): number {
  return Math.min(MOST_STEPS, Math.max(8, Math.floor(MOST_ROW_NUMBERS / batchSize)));
}

/** Ranges [from, to) of equal batch size, none longer than a call can take. */
function* sameSized(batches: readonly Int32Array[]): Generator<[number, number]> {
  for (let at = 0; at < batches.length;) {
    const size = batches[at]?.length ?? 0;
    const most = at + capacityOf(size);
    let end = at;
    while (end < batches.length && end < most && batches[end]?.length === size) end++;
    yield [at, end];
    at = end;
  }
}

function memoised<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
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
