import type { Activation } from '../architecture/activations';
import type { Architecture } from '../architecture/architecture';
import type { DataFacts } from '../architecture/dataFacts';
import { forwardPlan } from '../architecture/forwardPlan';
import { sizeOf } from '../architecture/shape';
import { targetTypeOf } from './targetFit';
import type { TrainingConfig } from './trainingConfig';

/** An output that cannot give what is to be learned, and the activation that can. */
export interface OutputMisfit {
  /** The layer whose activation it is. */
  readonly layer: string;
  readonly message: string;
  readonly activation: Activation;
}

/** What of a network's output does not go with what is to be learned; null if all does. */
export function outputMisfit(
  architecture: Architecture,
  { fromLogits }: Pick<TrainingConfig, 'fromLogits'>,
  data: Pick<DataFacts, 'targets' | 'areLabels'>,
): OutputMisfit | null {
  const last = forwardPlan(architecture).calls.at(-1);
  if (last === undefined || !('activation' in last.spec)) return null;
  const { id, activation } = last.spec;
  const type = targetTypeOf(data);
  const misfit = (message: string, wanted: Activation): OutputMisfit => ({
    layer: id,
    message: `The output "${id}" has ${activation}: ${message}`,
    activation: wanted,
  });
  if (type === 'number' && (activation === 'softmax' || activation === 'sigmoid')) {
    return misfit('it gives numbers from 0 to 1, but the data has others to predict.', 'linear');
  }
  if (activation !== 'softmax') return null;
  if (type === 'labels') {
    return misfit(
      'its numbers add up to 1, but a row may have several labels.',
      fromLogits ? 'linear' : 'sigmoid',
    );
  }
  if (sizeOf(last.output) === 1) {
    return misfit('over one unit it is always 1.', fromLogits ? 'linear' : 'sigmoid');
  }
  return null;
}
