import type { TargetScale } from '../data/targetScale';
import type { TrainingConfig } from './trainingConfig';

/** By what power of the deviation a value grows, where the numbers to predict are not scaled. */
const powers: Readonly<Record<string, number>> = {
  meanSquaredError: 2,
  meanAbsoluteError: 1,
  rootMeanSquaredError: 1,
};

/**
 * A loss or metric of scaled numbers in the unit of the numbers themselves: an error of 1 is one deviation.
 *
 * @param name `loss`, or a metric
 * @param scale how the numbers to predict were scaled; null if they are as they were read
 * @returns null where it has no such unit (R2, Huber's loss), or several numbers have different ones
 */
export function inOwnUnit(
  name: string,
  value: number,
  { loss }: Pick<TrainingConfig, 'loss'>,
  scale: readonly TargetScale[] | null,
): number | null {
  const [first, ...others] = scale ?? [];
  const power = powers[name === 'loss' ? loss : name];
  if (first === undefined || power === undefined) return null;
  if (others.some(({ deviation }) => deviation !== first.deviation)) return null;
  return value * first.deviation ** power;
}
