import { learningRateAt } from './learningRateSchedule';
import type { TrainingConfig } from './trainingConfig';

/**
 * The factor that scales one step's update: the schedule's rate and, for Adam in Keras'
 * formula, its bias correction, in float32 as Keras computes it:
 * rate * sqrt(1 - beta2^step) / (1 - beta1^step).
 *
 * @param step from 1
 */
export function updateRate({ schedule, optimiser }: TrainingConfig, step: number): number {
  const rate = learningRateAt(schedule, optimiser.learningRate, step - 1);
  if (optimiser.kind !== 'adam' || optimiser.formula === 'tfjs') return rate;
  const left = (beta: number) => Math.fround(1 - Math.fround(Math.fround(beta) ** step));
  return (Math.fround(rate) * Math.sqrt(left(optimiser.beta2))) / left(optimiser.beta1);
}
