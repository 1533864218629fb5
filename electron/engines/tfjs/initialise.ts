import { initialValues } from '../../../shared/architecture/initialisers';
import { NO_RUN_SEED, streamFor } from '../../../shared/random/streams';
import type { Engine } from './engine/engine';

/** Sets every weight from its own stream: equal for both styles, whatever order they build in. */
export function initialiseFromStreams(engine: Engine, runSeed: string): void {
  engine.writeWeights(
    engine.weights().map(({ layer, role, initialiser, seed, variable }) => {
      const draw =
        seed === null
          ? streamFor(runSeed, { purpose: 'initialiser', layer, tensor: role })
          : streamFor(NO_RUN_SEED, { purpose: 'initialiser-seed', seed });
      return {
        layer,
        role,
        shape: variable.shape,
        values: initialValues(initialiser, variable.shape, draw),
      };
    }),
  );
}
