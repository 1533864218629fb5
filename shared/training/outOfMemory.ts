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
      ? 'Use a smaller batch, or fewer units, filters or layers.'
      : fitting === 0
        ? 'Not even one row fits: use fewer units, filters or layers.'
        : `A batch of ${fitting} fits: one step with it worked. Set the batch size to ${fitting} and run again.`;
  return new AppError('out-of-memory', what, remedy, cause);
}
