import type { DataShape } from '../architecture/dataFit';
import type { TrainingConfig } from './trainingConfig';

export interface TargetProblem {
  readonly message: string;
  readonly remedy: string;
}

/** What of a training's settings does not go with numbers to predict; null if all does. */
export function targetProblem(
  { loss, metrics, validationSplit, validationFrom }: TrainingConfig,
  { targets }: Pick<DataShape, 'targets'>,
): TargetProblem | null {
  if (targets === 0) return null;
  if (loss !== 'meanSquaredError') {
    return {
      message: 'Cross-entropy compares classes, but the data has numbers to predict.',
      remedy: 'Choose mean squared error as the loss.',
    };
  }
  if (metrics.includes('accuracy')) {
    return {
      message: 'Accuracy counts classes, but the data has numbers to predict.',
      remedy: 'Choose mean absolute error as the metric.',
    };
  }
  if (validationSplit > 0 && validationFrom === 'stratified') {
    return {
      message: 'A share of every class is held out, but the data has numbers to predict.',
      remedy: 'Hold out the last rows.',
    };
  }
  return null;
}
