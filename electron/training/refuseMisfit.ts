import type { Architecture } from '../../shared/architecture/architecture';
import { trainingProblems } from '../../shared/architecture/dataFit';
import { AppError } from '../../shared/lib/appError';
import { augmentationProblem } from '../../shared/training/augmentationFit';
import { callbackProblem } from '../../shared/training/callbacks/callbackFit';
import { targetProblem } from '../../shared/training/targetFit';
import type { TrainingConfig } from '../../shared/training/trainingConfig';
import { shapeOfFacts, type DataFacts } from '../../shared/architecture/dataFacts';

/** @throws {AppError} bad-project if a training's settings do not go with what is to be predicted */
export function refuseTarget(training: TrainingConfig, data: DataFacts): void {
  const problem = targetProblem(training, data);
  if (problem !== null) throw new AppError('bad-project', problem.message, problem.remedy);
}

/** @throws {AppError} bad-project if callbacks watch what there is not */
export function refuseCallbacks(training: TrainingConfig, data: DataFacts): void {
  const problem = callbackProblem(training, data);
  if (problem !== null) throw new AppError('bad-project', problem.message, problem.remedy);
}

/** @throws {AppError} bad-project if pictures are to be changed where they cannot be */
export function refuseAugmentation(...asked: Parameters<typeof augmentationProblem>): void {
  const problem = augmentationProblem(...asked);
  if (problem !== null) throw new AppError('bad-project', problem.message, problem.remedy);
}

/** @throws {AppError} bad-project if a network's layers do not fit together, or it does not fit its data */
export function refuseMisfit(architecture: Architecture, data: DataFacts): void {
  const [problem] = trainingProblems(architecture, shapeOfFacts(data));
  if (problem === undefined) return;
  throw new AppError(
    'bad-project',
    `${architecture.style}: ${problem.message}`,
    problem.remedy ?? 'Change the network or choose other data.',
  );
}
