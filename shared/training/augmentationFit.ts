import type { Architecture } from '../architecture/architecture';
import { capabilitiesOf, engineName, type EngineChoice } from '../engines/engineCatalog';
import type { TargetProblem } from './targetFit';
import type { Randomness, TrainingConfig } from './trainingConfig';

/** Why pictures cannot be changed at random in this training; null if they can, or are not. */
export function augmentationProblem(
  { augmentation }: Pick<TrainingConfig, 'augmentation'>,
  architectures: readonly Pick<Architecture, 'inputShape'>[],
  engines: readonly EngineChoice[],
  regime: Randomness['regime'],
): TargetProblem | null {
  if (augmentation === null) return null;
  const fixed = engines.find(
    (own) => regime === 'global' && capabilitiesOf(own).changesRows === 'controlled',
  );
  if (fixed !== undefined) {
    return {
      message: `Pictures are to be changed at random, but under the global regime ${engineName(fixed)} shuffles rows that it holds itself, which cannot change between epochs.`,
      remedy: 'Use controlled random numbers, or an engine of TensorFlow.js.',
    };
  }
  const odd = architectures.find(({ inputShape }) => inputShape.length !== 3);
  if (odd === undefined) return null;
  return {
    message: `Pictures are to be changed at random, but the network takes rows of [${odd.inputShape.join(', ')}].`,
    remedy:
      'Give it the shape of pictures, [height, width, channels], or leave the rows as they are.',
  };
}
