import { engineOf } from '../../shared/engines/engineCatalog';
import type { SpawnTrainer } from '../training/trainerProcess';

/** The process of a script by its engine; measuring and looking for a batch are TensorFlow.js' own. */
export function trainersOf(tfjs: SpawnTrainer, keras: SpawnTrainer): SpawnTrainer {
  return (script, request) => {
    const isTfjs = engineOf(script.engine.mode) === 'tfjs';
    return (isTfjs ? tfjs : keras)(script, request);
  };
}
