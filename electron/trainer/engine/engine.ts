import type { NamedWeight } from '../models/trainable';

/** The rows to train on, row-major float32; the engine keeps a native copy. */
export interface TrainingData {
  readonly rows: number;
  /** Shape of one row's input, without the batch axis. */
  readonly inputShape: readonly number[];
  readonly inputs: Float32Array;
  /** [rows, targetSize]: one-hot classes. */
  readonly targetSize: number;
  readonly targets: Float32Array;
}

/** A weight's values by the user's layer id. */
export interface WeightValues {
  readonly layer: string;
  readonly role: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * What trains a model. It holds the data and takes many steps a call, so that the loop around it
 * does not change when an engine runs K steps natively.
 */
export interface Engine {
  readonly name: string;
  /** How many steps the loop should hand over in one call. */
  readonly stepsPerCall: number;
  /** Creates missing weights and uploads the data. Draws what the model's style draws now. */
  build(data: TrainingData): void;
  /**
   * One update per batch of row indices.
   * @returns the loss of every step, before its update
   */
  run(batches: readonly Int32Array[]): Float32Array;
  weights(): readonly NamedWeight[];
  readWeights(): readonly WeightValues[];
  /** @throws {Error} for an unknown weight or a wrong size */
  writeWeights(values: readonly WeightValues[]): void;
  dispose(): void;
}
