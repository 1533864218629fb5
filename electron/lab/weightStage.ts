import { weightStages, type WeightStage } from '../../shared/evaluation/evaluation';
import { badArguments } from './badArguments';

/** The weights that an option names. @throws {AppError} bad-arguments */
export function weightStage(named: string, option = '--weights'): WeightStage {
  const stage = weightStages.find((own) => own === named);
  if (stage === undefined) throw badArguments(`${option} is one of ${weightStages.join(', ')}.`);
  return stage;
}
