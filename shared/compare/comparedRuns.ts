import type { Comparison } from '../runs/divergence/compareRuns';
import type { RunManifest } from '../runs/run';
import type { RunSummary } from '../runs/runSummary';
import type { TensorDifference } from './tensorDifference';

/** Two runs side by side. */
export interface ComparedRuns {
  readonly runs: readonly [ComparedRun, ComparedRun];
  readonly comparison: Comparison;
  /** Of the initial weights, then of the final ones; empty where one of the runs has none. */
  readonly tensors: readonly ComparedTensor[];
  /** Which tensors were equal after which steps whose hashes both recorded. */
  readonly hashes: {
    readonly tensors: readonly string[];
    readonly steps: readonly { readonly step: number; readonly areEqual: readonly boolean[] }[];
  };
}

export interface ComparedRun {
  readonly summary: RunSummary;
  readonly manifest: RunManifest;
  readonly losses: Float32Array;
}

export interface TensorPlace {
  /** Or after a step that was measured. */
  readonly when: 'initial' | 'final' | number;
  /** `layer/role` */
  readonly name: string;
}

export interface ComparedTensor extends TensorPlace {
  readonly when: 'initial' | 'final';
  readonly layer: string;
  readonly shape: readonly number[];
  /** Null if only one run has it, or with another shape. */
  readonly difference: TensorDifference | null;
}
