import { engineOf } from '../../shared/engines/engineCatalog';
import type { SpawnTrainer } from '../training/trainerProcess';

/** Starts a script's process by its engine; only TensorFlow.js measures modes and looks for a batch size. */
export function trainersOf(tfjs: SpawnTrainer, keras: SpawnTrainer): SpawnTrainer {
  return (script, request) => {
    const isTfjs = engineOf(script.engine.mode) === 'tfjs';
    return (isTfjs ? tfjs : keras)(script, request);
  };
}
