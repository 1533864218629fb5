import { weightStages, type WeightStage } from '../../shared/evaluation/evaluation';
import { badArguments } from './badArguments';

/** The weights that `--weights` names. @throws {AppError} bad-arguments */
export function weightStage(named: string): WeightStage {
  const stage = weightStages.find((own) => own === named);
  if (stage === undefined) throw badArguments(`--weights is one of ${weightStages.join(', ')}.`);
  return stage;
}
