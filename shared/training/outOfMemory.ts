import { AppError } from '../lib/appError';

/**
 * Want of memory, as a person can act on it.
 * @param what found no room, or ended the process
 * @param fitting rows that one step was tried with; 0 where not even one row fits, null where that
 *   could not be found out
 */
export function outOfMemoryError(what: string, fitting: number | null, cause?: unknown): AppError {
  const remedy =
    fitting === null
      ? 'Take a smaller batch, or fewer units, filters or layers.'
      : fitting === 0
        ? 'Not even one row fits: take fewer units, filters or layers.'
        : `A batch of ${fitting} fits: a step with it was tried. Set the batch size to ${fitting} and run again.`;
  return new AppError('out-of-memory', what, remedy, cause);
}
