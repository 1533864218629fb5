import type { Architecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { sizeOf } from '../architecture/shape';
import { losses } from './lossTable';
import type { TrainingConfig } from './trainingConfig';

/**
 * The training that suits a network: with one output unit for two classes, categorical
 * cross-entropy would always be zero, so binary cross-entropy is used and recorded.
 */
export function trainedAs(training: TrainingConfig, architecture: Architecture): TrainingConfig {
  const outputs = sizeOf(forwardPlan(architecture).calls.at(-1)?.output ?? []);
  const isForSeveral = losses[training.loss].activation === 'softmax';
  return outputs === 1 && isForSeveral ? { ...training, loss: 'binaryCrossentropy' } : training;
}
