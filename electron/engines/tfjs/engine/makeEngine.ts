import type { TfjsMode } from '../../../../shared/engines/tfjs';
import type { TrainingConfig } from '../../../../shared/training/trainingConfig';
import type { Trainable } from '../models/trainable';
import { CompiledEngine } from './compiledEngine';
import { EagerEngine } from './eagerEngine';
import type { Engine } from './engine';

/** @param clock monotonic, in milliseconds; affects only how many steps go into a call, not the results */
export function makeEngine(
  mode: TfjsMode,
  model: Trainable,
  training: TrainingConfig,
  clock: () => number,
): Engine {
  return mode === 'eager'
    ? new EagerEngine(model, training)
    : new CompiledEngine(model, training, mode, clock);
}
