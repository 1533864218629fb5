import type { Architecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { losses } from './lossTable';
import type { TrainingConfig } from './trainingConfig';

/** A training that works, but is probably not what was meant. */
export interface TrainingWarning {
  readonly code: 'output-is-no-probability' | 'logits-of-probabilities';
  readonly message: string;
}

/** Warns if cross-entropy does not get what it expects: probabilities or, with fromLogits, logits. */
export function trainingWarnings(
  architecture: Architecture,
  { loss, fromLogits }: Pick<TrainingConfig, 'loss' | 'fromLogits'>,
): readonly TrainingWarning[] {
  const last = forwardPlan(architecture).calls.at(-1);
  const wanted = losses[loss].activation;
  if (wanted === null || last === undefined) return [];
  const { spec } = last;
  const activation = 'activation' in spec ? spec.activation : 'linear';
  const isProbability = activation === 'softmax' || activation === 'sigmoid';
  if (fromLogits && isProbability) {
    return [
      {
        code: 'logits-of-probabilities',
        message: `The output "${spec.id}" has ${activation}, and the loss applies ${wanted} to it once more (from logits).`,
      },
    ];
  }
  if (fromLogits || isProbability) return [];
  return [
    {
      code: 'output-is-no-probability',
      message: `The output "${spec.id}" is ${activation}, not a probability, but cross-entropy takes its numbers as probabilities. Give it ${wanted}, or let the loss take it (from logits).`,
    },
  ];
}
