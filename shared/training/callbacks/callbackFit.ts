import type { DataFacts } from '../../architecture/dataFacts';
import type { TargetProblem } from '../targetFit';
import type { TrainingConfig } from '../trainingConfig';
import { monitorText, type Monitor } from './monitor';

/** What keeps the callbacks from working with a training and its data; null if nothing does. */
export function callbackProblem(
  training: TrainingConfig,
  data: Pick<DataFacts, 'heldOut'>,
): TargetProblem | null {
  const { callbacks, schedule } = training;
  const { earlyStopping, reduceOnPlateau, keepBest } = callbacks;
  const named: readonly (readonly [string, Monitor | undefined])[] = [
    ['Early stopping', earlyStopping?.monitor],
    ['Reducing the rate on a plateau', reduceOnPlateau?.monitor],
    ['Keeping the best weights', keepBest?.monitor],
  ];
  for (const [name, monitor] of named) {
    const problem = monitor && monitorProblem(name, monitor, training, data);
    if (problem) return problem;
  }
  if (reduceOnPlateau !== null && schedule.kind !== 'constant') {
    return {
      message: 'The learning rate cannot follow a schedule and be reduced on a plateau.',
      remedy: 'Take a constant rate, or leave one of the two out.',
    };
  }
  return null;
}

function monitorProblem(
  name: string,
  monitor: Monitor,
  { metrics, validationSplit }: TrainingConfig,
  { heldOut }: Pick<DataFacts, 'heldOut'>,
): TargetProblem | null {
  const what = monitorText(monitor);
  if (monitor.rows === 'validation' && validationSplit === 0 && !heldOut) {
    return {
      message: `${name} watches the ${what}, but no rows are held out for validation.`,
      remedy: 'Hold out a share of the rows, or let it watch the training rows.',
    };
  }
  if (monitor.value !== 'loss' && !metrics.includes(monitor.value)) {
    return {
      message: `${name} watches the ${what}, which is not among the metrics.`,
      remedy: 'Add that metric, or let it watch the loss.',
    };
  }
  return null;
}
