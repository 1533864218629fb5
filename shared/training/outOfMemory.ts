import { AppError } from '../lib/appError';

/**
 * The error for lack of memory, with what to do about it.
 * @param what sentence on what did not fit, or ended the process
 * @param fitting largest batch size that worked for one step; 0 if not even one row fits, null if that
 *   is not known
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
