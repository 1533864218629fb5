import * as tf from '@tensorflow/tfjs-node-gpu';
import {
  isRandom,
  tfjsInitialiser,
  type InitialiserKind,
} from '../../../../shared/architecture/initialisers';
import { NO_RUN_SEED, numericSeed } from '../../../../shared/random/streams';
import type { Randomness } from '../../../../shared/training/trainingConfig';

type Initialiser = ReturnType<typeof tf.initializers.zeros>;

/** Makes the library's initialiser of one weight. */
export type InitialiserFor = (
  kind: InitialiserKind,
  layer: string,
  role: string,
  /** The layer's own seed, if it has one. */
  seed: number | null,
) => Initialiser;

/**
 * How initialisers get their numbers. Without seeds the library takes one from `Math.random` for
 * every random weight when the layer is built; with explicit seeds it takes none; under controlled
 * randomness weights start at zero here and are set from our own streams later.
 */
export function initialisersFor(randomness: Randomness): InitialiserFor {
  if (randomness.regime === 'controlled') return () => tf.initializers.zeros();
  return (kind, layer, role, seed) => {
    const make = tf.initializers[tfjsInitialiser(kind) as 'heNormal'];
    if (!isRandom(kind)) return make({} as { seed: number });
    if (seed !== null) {
      return make({ seed: numericSeed(NO_RUN_SEED, { purpose: 'initialiser-seed', seed }) });
    }
    if (randomness.initialiserSeeds === 'none') return make({} as { seed: number });
    const name = { purpose: 'initialiser', layer, tensor: role } as const;
    return make({ seed: numericSeed(randomness.seed, name) });
  };
}
