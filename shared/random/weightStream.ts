import { NO_RUN_SEED, streamFor, type Generator } from './streams';

/**
 * What a weight's initial values are drawn from under the controlled regime: the same on every engine.
 * @param seed the layer's own; null draws from the run's seed
 */
export function weightStream(
  runSeed: string,
  layer: string,
  role: string,
  seed: number | null,
): Generator {
  return seed === null
    ? streamFor(runSeed, { purpose: 'initialiser', layer, tensor: role })
    : streamFor(NO_RUN_SEED, { purpose: 'initialiser-seed', seed });
}
