import { tfjsModes, type TfjsMode } from '../../../shared/engines/tfjs';
import { AppError } from '../../../shared/lib/appError';
import type { Script } from '../../../shared/training/script';

/** @throws {AppError} bad-project for a script of another engine */
export function modeOf({ engine: { mode } }: Script): TfjsMode {
  const own = tfjsModes.find((known) => known === mode);
  if (own !== undefined) return own;
  throw new AppError(
    'bad-project',
    `The TensorFlow.js engine was asked for ${mode}, which belongs to another engine.`,
    'Choose the engine again.',
  );
}
