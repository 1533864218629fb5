import * as tf from '@tensorflow/tfjs-node-gpu';
import type { OptimiserConfig } from '../../../../../shared/training/trainingConfig';
import { KerasAdam } from './kerasAdam';
import { KerasMomentum } from './kerasMomentum';

type Makers = {
  readonly [K in OptimiserConfig['kind']]: (
    config: Extract<OptimiserConfig, { kind: K }>,
  ) => tf.Optimizer;
};

const makers: Makers = {
  sgd: ({ learningRate }) => tf.train.sgd(learningRate),
  momentum: ({ learningRate, momentum, useNesterov, formula }) =>
    formula === 'keras'
      ? new KerasMomentum(learningRate, momentum, useNesterov)
      : tf.train.momentum(learningRate, momentum, useNesterov),
  adam: ({ learningRate, beta1, beta2, epsilon, formula }) =>
    formula === 'keras'
      ? new KerasAdam(learningRate, beta1, beta2, epsilon)
      : tf.train.adam(learningRate, beta1, beta2, epsilon),
  rmsprop: ({ learningRate, decay, momentum, epsilon }) =>
    tf.train.rmsprop(learningRate, decay, momentum, epsilon),
  adagrad: ({ learningRate, initialAccumulatorValue }) =>
    tf.train.adagrad(learningRate, initialAccumulatorValue),
};

export function makeOptimiser(config: OptimiserConfig): tf.Optimizer {
  return (makers[config.kind] as (config: OptimiserConfig) => tf.Optimizer)(config);
}

/** Changes an optimiser's rate during training; some keep it in a tensor, some as a plain number. */
export function setLearningRate(optimiser: tf.Optimizer, rate: number): void {
  // instanceof cannot tell the library's optimisers apart.
  const own = optimiser as unknown as {
    learningRate: number;
    setLearningRate?: (rate: number) => void;
  };
  if (own.setLearningRate === undefined) own.learningRate = rate;
  else own.setLearningRate(rate);
}
