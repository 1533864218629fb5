import type { Architecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { sizeOf } from '../architecture/shape';
import type { TrainingConfig } from './trainingConfig';

/**
 * The training that a network can have: one output unit answers yes or no, of which categorical
 * cross-entropy would always be zero. It is recorded as what it is.
 */
export function trainedAs(training: TrainingConfig, architecture: Architecture): TrainingConfig {
  const outputs = sizeOf(forwardPlan(architecture).calls.at(-1)?.output ?? []);
  return outputs === 1 && training.loss === 'categoricalCrossentropy'
    ? { ...training, loss: 'binaryCrossentropy' }
    : training;
}
