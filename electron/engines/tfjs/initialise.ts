import { initialValues } from '../../../shared/architecture/initialisers';
import { weightStream } from '../../../shared/random/weightStream';
import type { Engine } from './engine/engine';

/** Sets every weight from its own stream: equal for both styles, in whatever order they build layers. */
export function initialiseFromStreams(engine: Engine, runSeed: string): void {
  engine.writeWeights(
    engine.weights().map(({ layer, role, initialiser, seed, variable: { shape } }) => {
      const draw = weightStream(runSeed, layer, role, seed);
      return { layer, role, shape, values: initialValues(initialiser, shape, draw) };
    }),
  );
}
