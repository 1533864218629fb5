import type { Activation } from '../architecture/activations';
import type { Architecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { maskedInFunctionalOnly } from '../architecture/masksByStyle';
import { innerLayer, type LayerSpec } from '../architecture/layerCatalog';
import { sizeOf } from '../architecture/shape';
import { losses } from './lossTable';
import type { TrainingConfig } from './trainingConfig';

/** A training that works, but is probably not what was meant. */
export interface TrainingWarning {
  readonly code:
    'output-is-no-probability' | 'logits-of-probabilities' | 'other-probability' | 'masks-by-style';
  readonly message: string;
  /** What sets it right: another activation of a layer, or the other value of `fromLogits`. */
  readonly remedy?: { readonly layer: string; readonly activation: Activation } | 'fromLogits';
}

/** What a loss takes outputs for. */
const meaning = {
  softmax: 'its numbers are those of classes, of which a row has one, and add up to 1',
  sigmoid: 'each number stands alone, and says yes or no',
} as const;

function activationOf(spec: LayerSpec): Activation {
  if (spec.kind === 'softmax') return 'softmax';
  const { activation = 'linear' } = (innerLayer(spec) ?? spec) as { activation?: Activation };
  return activation;
}

/** Warns of what trains, but is probably not what was meant. */
export function trainingWarnings(
  architecture: Architecture,
  training: Pick<TrainingConfig, 'loss' | 'fromLogits'>,
): readonly TrainingWarning[] {
  return [...maskWarnings(architecture), ...outputWarnings(architecture, training)];
}

/** Warns of a network that is another one as a Model subclass. */
function maskWarnings(architecture: Architecture): readonly TrainingWarning[] {
  const names = maskedInFunctionalOnly(architecture);
  if (names.length === 0) return [];
  return [
    {
      code: 'masks-by-style',
      message: `The mask of padding reaches ${names.join(', ')} in a Functional only: in a Model subclass, Keras 3 takes it off every value that MultiHeadAttention was called on. The two styles compute different things.`,
    },
  ];
}

/** Warns if cross-entropy does not get what it expects: probabilities or, with fromLogits, logits. */
function outputWarnings(
  architecture: Architecture,
  { loss, fromLogits }: Pick<TrainingConfig, 'loss' | 'fromLogits'>,
): readonly TrainingWarning[] {
  const last = forwardPlan(architecture).calls.at(-1);
  const wanted = losses[loss].activation;
  if (wanted === null || last === undefined) return [];
  const { spec } = last;
  const activation = activationOf(spec);
  const isProbability = activation === 'softmax' || activation === 'sigmoid';
  if (fromLogits && isProbability) {
    return [
      {
        code: 'logits-of-probabilities',
        message: `The output "${spec.id}" has ${activation}, and the loss applies ${wanted} to it once more (from logits).`,
        remedy: 'fromLogits',
      },
    ];
  }
  if (!fromLogits && isProbability && activation !== wanted && sizeOf(last.output) > 1) {
    return [
      {
        code: 'other-probability',
        message: `The output "${spec.id}" has ${activation}, but ${losses[loss].label.toLowerCase()} goes with ${wanted}: ${meaning[wanted]}.`,
        ...('activation' in spec && { remedy: { layer: spec.id, activation: wanted } }),
      },
    ];
  }
  if (fromLogits || isProbability) return [];
  return [
    {
      code: 'output-is-no-probability',
      message: `The output "${spec.id}" is ${activation}, not a probability, but cross-entropy takes its numbers as probabilities. Give it ${wanted}, or let the loss take it (from logits).`,
      remedy: 'fromLogits',
    },
  ];
}
