import { hasCallbacks } from '../../../shared/training/callbacks/callbackConfig';
import type { CallbackRecord } from '../../../shared/training/callbacks/callbackRecord';
import {
  afterEpoch,
  firstCallbackState,
  type CallbackState,
} from '../../../shared/training/callbacks/epochRules';
import type { EpochRecord } from '../../../shared/runs/run';
import type { TrainingConfig } from '../../../shared/training/trainingConfig';
import type { BestWeights } from '../../runs/snapshot';
import type { WeightValues } from '../../runs/weightValues';

/** The callbacks of one run: what they remember, and the weights that they hold. */
export class EpochCallbacks {
  readonly #training: TrainingConfig;
  #state: CallbackState;
  #best: BestWeights;
  #isStopped: boolean;

  /** @param from a snapshot's, to continue from */
  constructor(
    training: TrainingConfig,
    from: { readonly state: CallbackState; readonly best: BestWeights } | null,
  ) {
    this.#training = training;
    this.#state = from?.state ?? firstCallbackState(training.optimiser.learningRate);
    this.#best = from?.best ?? { restore: null, keep: null };
    this.#isStopped = false;
  }

  /** Whether a native call may not run past the end of an epoch. */
  get areAny(): boolean {
    return hasCallbacks(this.#training.callbacks);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Null where there is nothing to remember. */
  get state(): CallbackState | null {
    return this.areAny ? this.#state : null;
  }

  get best(): BestWeights {
    return this.#best;
  }

  /** As it goes on: with the rate that a plateau left. */
  get training(): TrainingConfig {
    const { learningRate } = this.#state;
    return { ...this.#training, optimiser: { ...this.#training.optimiser, learningRate } };
  }

  /** @returns what they did */
  endEpoch(
    record: EpochRecord,
    readWeights: () => readonly WeightValues[],
  ): readonly CallbackRecord[] {
    const { callbacks } = this.#training;
    if (!hasCallbacks(callbacks)) return [];
    const after = afterEpoch(callbacks, this.#state, record);
    this.#state = after.state;
    this.#isStopped = after.isStopped;
    const toRestore = after.isBestToRestore && callbacks.earlyStopping?.restoreBest === true;
    if (toRestore || after.isBestToKeep) {
      const weights = readWeights();
      this.#best = {
        restore: toRestore ? weights : this.#best.restore,
        keep: after.isBestToKeep ? weights : this.#best.keep,
      };
    }
    return after.did;
  }

  /** Ends the training after a step within an epoch. */
  stop(): void {
    this.#isStopped = true;
  }

  get bestEpoch(): number {
    return this.#state.earlyStopping.bestEpoch;
  }
}
