import { expect, test } from 'vitest';
import { uniform } from '../../../shared/random/distributions';
import { streamFor } from '../../../shared/random/streams';
import { callbacksSchema } from '../../../shared/training/callbacks/callbackConfig';
import { afterEpoch, firstCallbackState } from '../../../shared/training/callbacks/epochRules';
import { isHigherBetter } from '../../../shared/training/callbacks/monitor';
import { answered } from '../../helpers/keras/realKeras';

const RATE = 0.1;

interface FollowedByKeras {
  readonly saved: readonly number[];
  readonly rates: readonly number[];
  readonly stopped: boolean;
  readonly epochs: number;
  readonly best: number;
}

test('each rule decides as the callbacks of real Keras do, on any values', async () => {
  const stream = streamFor('callbacks', { purpose: 'split' });
  const next = () => uniform(stream, 0, 1);
  const whole = (below: number) => Math.floor(next() * below);
  const cases = Array.from({ length: 300 }, (_, index) => {
    const isHigh = index % 2 === 1;
    const kind = whole(4);
    const values = Array.from({ length: 25 }, (_unused, epoch) => {
      if (kind === 3 && next() < 0.1) return next() < 0.5 ? 'NaN' : 'Infinity';
      // Few different values, so that equal ones occur; and some that differ in the last bits.
      if (kind === 0) return whole(4) / 4;
      if (kind === 1) return 1 + whole(3) * 2 ** -25;
      return (isHigh ? epoch : -epoch) * 0.02 + next() * 0.1;
    });
    const monitor = { value: isHigh ? 'accuracy' : 'loss' } as const;
    const minDelta = [0, 1e-4, 0.05][whole(3)] as number;
    const earlyStopping = { monitor, minDelta, patience: whole(6), startFromEpoch: whole(3) };
    const reduceOnPlateau = {
      ...{ monitor, minDelta, patience: whole(4), cooldown: whole(3) },
      ...{ factor: [0.1, 0.5, 0.3][whole(3)], minLearningRate: [0, 0.01][whole(2)] },
    };
    const config = callbacksSchema.parse({ earlyStopping, reduceOnPlateau, keepBest: { monitor } });
    return { values, config };
  });
  const byKeras = JSON.parse(
    await answered(
      'callback_rules.py',
      JSON.stringify(
        cases.map(({ values, config: { earlyStopping, reduceOnPlateau } }) => {
          if (earlyStopping === null || reduceOnPlateau === null) throw new Error('not reached');
          const mode = isHigherBetter(earlyStopping.monitor) ? 'max' : 'min';
          return {
            values,
            rate: RATE,
            watched: { monitor: 'val_loss', mode },
            early: {
              min_delta: earlyStopping.minDelta,
              patience: earlyStopping.patience,
              restore_best_weights: true,
              start_from_epoch: earlyStopping.startFromEpoch,
            },
            plateau: {
              min_delta: reduceOnPlateau.minDelta,
              patience: reduceOnPlateau.patience,
              factor: reduceOnPlateau.factor,
              cooldown: reduceOnPlateau.cooldown,
              min_lr: reduceOnPlateau.minLearningRate,
            },
          };
        }),
      ),
    ),
  ) as FollowedByKeras[];
  let stops = 0;
  let reductions = 0;
  cases.forEach(({ values, config }, index) => {
    const name = config.earlyStopping?.monitor.value ?? 'loss';
    let state = firstCallbackState(RATE);
    const rates: number[] = [];
    const saved: number[] = [];
    let isStopped = false;
    for (const [epoch, value] of values.entries()) {
      const own = { [name]: value };
      const record = { epoch: epoch + 1, lastStep: epoch + 1, training: own, validation: own };
      const after = afterEpoch(config, state, record);
      state = after.state;
      rates.push(Math.fround(state.learningRate));
      if (after.isBestToKeep) saved.push(epoch + 1);
      reductions += after.did.filter(({ did }) => did === 'reduced-rate').length;
      isStopped = after.isStopped;
      if (isStopped) break;
    }
    stops += isStopped ? 1 : 0;
    const { bestEpoch } = state.earlyStopping;
    const ours = { saved, rates, stopped: isStopped, epochs: rates.length, best: bestEpoch };
    expect([index, ours]).toEqual([index, byKeras[index]]);
  });
  expect(stops).toBeGreaterThan(50);
  expect(reductions).toBeGreaterThan(100);
});
