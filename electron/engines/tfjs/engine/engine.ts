import type { TrainingData } from '../../../training/trainingData';
import type { WeightValues } from '../../../runs/weightValues';
import type { StepTrace } from '../../../../shared/explain/stepTrace';
import type { DropoutCall } from '../../../../shared/runs/run';
import type { NamedWeight } from '../models/trainable';

/** What one step is given. */
export interface StepFeed {
  /** Indices into the data's rows. */
  readonly rows: Int32Array;
  /** The factors that the optimiser applies; see `updateRates`. */
  readonly rates: readonly number[];
  /** [dropout calls, 2]: a key and a counter each. */
  readonly dropoutSeeds: Int32Array;
}

export interface TracedStep {
  readonly trace: StepTrace;
  /** Loss and metrics. */
  readonly result: Float32Array;
}

/**
 * Trains a model. It holds the data and takes many steps per call, so that the loop around it
 * does not change when an engine runs K steps natively.
 */
export interface Engine {
  readonly name: string;
  /** How many steps the loop should hand over in one call. */
  readonly stepsPerCall: number;
  /** Creates missing weights and uploads the data. A subclass draws its weights here. */
  build(data: TrainingData): void;
  /** Other inputs for all rows, row-major, where the data says that they change. */
  useInputs(inputs: Float32Array): void;
  /** How many numbers a step returns: the loss, then the metrics. */
  readonly width: number;
  /** Uses of dropout layers in one step, in the order of their seeds. */
  readonly dropoutCalls: readonly DropoutCall[];
  /**
   * One update for each feed.
   * @returns loss and metrics of every step, before its update, row-major [steps, width]
   */
  run(steps: readonly StepFeed[]): Float32Array;
  /**
   * Loss and metrics of batches of row indices, in inference mode. Changes nothing.
   * @returns row-major [batches, width]
   */
  evaluate(batches: readonly Int32Array[]): Float32Array;
  /** What the network outputs for batches of row indices, in inference mode. @returns row-major [rows, outputs] */
  predict(batches: readonly Int32Array[]): Float32Array;
  /**
   * One update of which every operation is noted.
   * @param step from 1 @param values file for the values' bytes
   */
  trace(feed: StepFeed, step: number, values: string): TracedStep;
  weights(): readonly NamedWeight[];
  readWeights(): readonly WeightValues[];
  /** @throws {Error} for an unknown weight or a wrong size */
  writeWeights(values: readonly WeightValues[]): void;
  /** The optimiser's variables, in the order it makes them. */
  readSlots(): readonly Float32Array[];
  /** @throws {Error} for a wrong number of slots or a wrong size */
  writeSlots(values: readonly Float32Array[]): void;
  dispose(): void;
}
