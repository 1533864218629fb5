import type { Architecture } from '../../shared/architecture/architecture';
import { trainingProblems } from '../../shared/architecture/dataFit';
import { AppError } from '../../shared/lib/appError';
import { dataShapeOf, type Dataset } from '../data/dataset';

/** @throws {AppError} bad-project where a network does not fit together, or not with its data */
export function refuseMisfit(architecture: Architecture, dataset: Dataset): void {
  const [problem] = trainingProblems(architecture, dataShapeOf(dataset));
  if (problem === undefined) return;
  throw new AppError(
    'bad-project',
    `${architecture.style}: ${problem.message}`,
    problem.remedy ?? 'Change the network or choose other data.',
  );
}
