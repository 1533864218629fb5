import { NO_RUN_SEED, numericSeed } from '../../../shared/random/streams';
import { updateRates } from '../../../shared/training/updateRates';
import type { Randomness, TrainingConfig } from '../../../shared/training/trainingConfig';
import type { StepFeed } from './engine/engine';
import { drawGlobalSeed } from './globalRandom';
import type { DropoutCall } from '../../../shared/runs/run';

/** One more than the largest seed that fits int32. */
const SEED_LIMIT = 2 ** 31;

/** Steps of an earlier training that is gone on with: for the optimiser, and for dropout's masks. */
export interface StepsBefore {
  readonly updates: number;
  readonly masks: number;
}
const NONE_BEFORE: StepsBefore = { updates: 0, masks: 0 };

const NO_SEEDS = new Int32Array();

/**
 * Makes what each step gets besides its rows.
 *
 * Dropout seeds under the controlled regime: the key comes from the layer's own stream, the counter is
 * the step, so that step n depends on no step before it. Under the global regime: two draws from
 * `Math.random` for each dropout call without a seed of its own, so that it shares the generator with
 * everything else as in TensorFlow.js.
 *
 * @returns feed of a step, counted from 1; under the global regime call it once per step, in order
 */
export function stepFeeds(
  randomness: Randomness,
  training: TrainingConfig,
  calls: readonly DropoutCall[],
  before: StepsBefore = NONE_BEFORE,
): (step: number, rows: Int32Array) => StepFeed {
  /** Null if the call draws from the shared generator. */
  const keys = calls.map(({ layer, use, seed }) => {
    if (seed !== null) return numericSeed(NO_RUN_SEED, { purpose: 'dropout-seed', seed, use });
    return randomness.regime === 'controlled'
      ? numericSeed(randomness.seed, { purpose: 'dropout', layer, use })
      : null;
  });
  const seedsAt = (step: number) =>
    Int32Array.from(
      keys.flatMap((key) =>
        key === null ? [drawGlobalSeed(SEED_LIMIT), drawGlobalSeed(SEED_LIMIT)] : [key, step],
      ),
    );
  const ratesOf = updateRates(training);
  return (step, rows) => ({
    rows,
    rates: ratesOf(step + before.updates),
    // Without dropout one array serves all steps: making one takes a percent of the smallest steps.
    dropoutSeeds: calls.length === 0 ? NO_SEEDS : seedsAt(step + before.masks),
  });
}
