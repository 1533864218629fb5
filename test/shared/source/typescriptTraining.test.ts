import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import {
  makeOptimiser,
  setRates,
} from '../../../electron/engines/tfjs/engine/optimisers/makeOptimiser';
import { typescriptTraining } from '../../../shared/source/typescriptTraining';
import { learningRateAt } from '../../../shared/training/learningRateSchedule';
import { trainingSchema } from '../../../shared/training/trainingConfig';
import { updateRates } from '../../../shared/training/updateRates';
import { runTypescript } from '../../helpers/runTypescript';

interface Exported {
  readonly optimizer: tf.Optimizer & { learningRate: number };
  readonly learningRateAt?: (step: number) => number;
}

const schedule = { kind: 'cosineDecay', decaySteps: 8, alpha: 0.2, warmupSteps: 2 };

/** Weights of one optimiser on its way down a bowl-shaped loss. */
function descend(optimiser: tf.Optimizer, prepare: (step: number) => void): number[] {
  const weight = tf.variable(tf.tensor1d([1, -2, 3]));
  try {
    return Array.from({ length: 10 }, (_, step) => {
      prepare(step);
      optimiser.minimize(() => weight.square().mul([1, 2, 0.1]).sum().asScalar(), false, [weight]);
      return [...weight.dataSync()];
    }).flat();
  } finally {
    weight.dispose();
    optimiser.dispose();
  }
}

test.each([
  { kind: 'sgd' },
  { kind: 'momentum' },
  { kind: 'momentum', useNesterov: true },
  { kind: 'momentum', formula: 'tfjs' },
  { kind: 'adam', epsilon: 1e-3 },
  { kind: 'adam', epsilon: 1e-3, formula: 'tfjs' },
  { kind: 'rmsprop', momentum: 0.4 },
  { kind: 'adagrad' },
  { kind: 'adamw', weightDecay: 0.1 },
  { kind: 'nadam', epsilon: 1e-3 },
  { kind: 'adamax', epsilon: 1e-3 },
  { kind: 'sgd', clip: 'value', clipAt: 0.5 },
  { kind: 'sgd', clip: 'norm', clipAt: 0.5, weightDecay: 0.2 },
  { kind: 'momentum', clip: 'globalNorm', clipAt: 0.5 },
])('the exported training is the one that trains here: %o', (optimiser) => {
  const training = trainingSchema.parse({ optimiser, schedule });
  const source = `import * as tf from '@tensorflow/tfjs';\n${typescriptTraining(training)}\nexport const model = { optimizer, learningRateAt };`;
  const exported = runTypescript(source) as Exported;
  const there = descend(exported.optimizer, (step) => {
    const rate = exported.learningRateAt?.(step) ?? NaN;
    const own = exported.optimizer as { setLearningRate?: (rate: number) => void };
    if (own.setLearningRate === undefined) exported.optimizer.learningRate = rate;
    else own.setLearningRate(rate);
  });
  const own = makeOptimiser(training.optimiser);
  const ratesOf = updateRates(training);
  const here = descend(own, (step) => setRates(own, ratesOf(step + 1)));
  expect(exported.learningRateAt?.(5)).toBeCloseTo(
    learningRateAt(training.schedule, training.optimiser.learningRate, 5),
    12,
  );
  there.forEach((value, index) => expect(value).toBeCloseTo(here[index] ?? NaN, 5));
  expect(there.at(-1)).not.toBe(there[2]);
});
