import { badData } from './badData';

/** @param weights of the rows to train on @throws {AppError} bad-data if no row counts */
export function refuseNoWeight(name: string, weights: Float32Array): void {
  if (weights.some((own) => own > 0)) return;
  throw badData(
    `Every row of ${name} has the weight 0, so that there is nothing to learn.`,
    'Give some rows a weight above 0, or leave the weights out.',
  );
}
