import type { Architecture } from '../../shared/architecture/architecture';
import { trainingProblems } from '../../shared/architecture/dataFit';
import { AppError } from '../../shared/lib/appError';
import { shapeOfFacts, type DataFacts } from '../../shared/architecture/dataFacts';

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
