import type { TrainingData } from '../../training/trainingData';
import type { EpochRecord, RunManifest } from '../../../shared/runs/run';
import type { CallbackRecord } from '../../../shared/training/callbacks/callbackRecord';
import type { Recording } from '../../../shared/training/recording';
import type { Randomness, TrainingConfig } from '../../../shared/training/trainingConfig';
import type { Control } from './control';
import type { GivenWeights } from '../../runs/givenWeights';
import type { Recorder } from '../../runs/recorder';
import type { Snapshot } from '../../runs/snapshot';
import type { Engine } from './engine/engine';

/** Where to resume a run. */
export interface Resumption {
  readonly snapshot: Snapshot;
  /** The last row order drawn before the snapshot. */
  readonly order: Uint32Array | null;
  /** As the run began. */
  readonly manifest: RunManifest;
}

export interface FitJob {
  readonly engine: Engine;
  readonly data: TrainingData;
  readonly training: TrainingConfig;
  readonly randomness: Randomness;
  readonly recording: Recording;
  readonly recorder: Recorder;
  readonly resumption: Resumption | null;
  /** Replaces what the initialisers draw; they draw all the same. With what else is restored. */
  readonly given: GivenWeights | null;
  /** Called after every native call with the losses from `firstStep` (from 1) on. */
  readonly onLosses: (firstStep: number, losses: Float32Array) => void;
  readonly onEpoch: (record: EpochRecord) => void;
  readonly onCallback: (record: CallbackRecord) => void;
  readonly onPause: (isPaused: boolean, step: number) => void;
  /** Lets messages in; called between native calls, which block the thread. */
  readonly breathe: () => Promise<void>;
  readonly control: Control;
  /** Turns an error into a clearer one where it can; the engine cannot be used afterwards. */
  readonly explain: (error: unknown) => unknown;
  /** Monotonic clock in milliseconds. */
  readonly clock: () => number;
  /** The last step, of which every operation is noted in files of the run's folder; null notes none. */
  readonly trace: { readonly step: number; readonly folder: string } | null;
  /** Steps after which the weights are kept in files of their own. */
  readonly keepsWeightsAt: readonly number[];
  /** Steps after which the whole state is kept in a file of its own. */
  readonly keepsStateAt: readonly number[];
  /** Script of the thread that draws orders ahead; null draws them between the native calls. */
  readonly ordersThread: string | null;
}
