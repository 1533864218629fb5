import * as tf from '@tensorflow/tfjs-node-gpu';
import type { OptimiserConfig } from '../../../../../shared/training/trainingConfig';
import { AdjustedOptimiser } from './adjustedOptimiser';
import { KerasAdam } from './kerasAdam';
import { KerasAdamax } from './kerasAdamax';
import { KerasMomentum } from './kerasMomentum';
import { KerasNadam } from './kerasNadam';

type Makers = {
  readonly [K in OptimiserConfig['kind']]: (
    config: Extract<OptimiserConfig, { kind: K }>,
  ) => tf.Optimizer;
};

const makers: Makers = {
  sgd: ({ learningRate }) => tf.train.sgd(learningRate),
  momentum: ({ learningRate, momentum, useNesterov, formula }) =>
    formula === 'keras'
      ? new KerasMomentum(momentum, useNesterov)
      : tf.train.momentum(learningRate, momentum, useNesterov),
  adam: ({ learningRate, beta1, beta2, epsilon, formula }) =>
    formula === 'keras'
      ? new KerasAdam(beta1, beta2, epsilon)
      : tf.train.adam(learningRate, beta1, beta2, epsilon),
  // Adam with weight decay.
  adamw: ({ beta1, beta2, epsilon }) => new KerasAdam(beta1, beta2, epsilon),
  nadam: ({ beta1, beta2, epsilon }) => new KerasNadam(beta1, beta2, epsilon),
  adamax: ({ beta1, beta2, epsilon }) => new KerasAdamax(beta1, beta2, epsilon),
  rmsprop: ({ learningRate, decay, momentum, epsilon }) =>
    tf.train.rmsprop(learningRate, decay, momentum, epsilon),
  adagrad: ({ learningRate, initialAccumulatorValue }) =>
    tf.train.adagrad(learningRate, initialAccumulatorValue),
};

export function makeOptimiser(config: OptimiserConfig): tf.Optimizer {
  const own = (makers[config.kind] as (config: OptimiserConfig) => tf.Optimizer)(config);
  return config.clip === 'none' && config.weightDecay === 0
    ? own
    : new AdjustedOptimiser(own, (rates) => setRates(own, rates), config);
}

/** Changes an optimiser's factors during training (`updateRates`). */
export function setRates(optimiser: tf.Optimizer, rates: readonly number[]): void {
  // instanceof cannot tell the library's optimisers apart; some keep the rate in a tensor, some as a number.
  const own = optimiser as unknown as {
    learningRate: number;
    setRates?: (rates: readonly number[]) => void;
    setLearningRate?: (rate: number) => void;
  };
  const [rate = 0] = rates;
  if (own.setRates !== undefined) own.setRates(rates);
  else if (own.setLearningRate !== undefined) own.setLearningRate(rate);
  else own.learningRate = rate;
}
