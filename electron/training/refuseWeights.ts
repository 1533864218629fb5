import type { Architecture } from '../../shared/architecture/architecture';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { assertFits, readGivenWeights } from '../runs/givenWeights';

/**
 * Checks the weights to start from before anything is started.
 * @param path null draws them
 * @throws {AppError} bad-project if they cannot be read, or do not fit the networks
 */
export function refuseWeights(path: string | null, networks: readonly Architecture[]): void {
  if (path === null) return;
  const given = readGivenWeights(path);
  for (const network of networks) {
    const own = forwardPlan(network).calls.flatMap(({ spec, weights: planned }) =>
      planned.map(({ role, shape }) => ({ layer: spec.id, role, shape })),
    );
    assertFits(given, own);
  }
}
