import { initialValues } from '../../shared/architecture/initialisers';
import { streamFor } from '../../shared/random/streams';
import type { Engine } from './engine/engine';

/** Sets every weight from its own stream: equal for both styles, whatever order they build in. */
export function initialiseFromStreams(engine: Engine, runSeed: string): void {
  engine.writeWeights(
    engine.weights().map(({ layer, role, initialiser, variable }) => {
      const draw = streamFor(runSeed, { purpose: 'initialiser', layer, tensor: role });
      return {
        layer,
        role,
        shape: variable.shape,
        values: initialValues(initialiser, variable.shape, draw),
      };
    }),
  );
}
