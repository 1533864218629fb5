import { AppError } from '../../shared/lib/appError';
import { badData } from './badData';
import { beginningOf } from './beginning';
import { parseNpyHeader } from './npy';

const HEADER_BYTES = 128 * 1024;

/**
 * Shape and type of a .npy file. The numbers are checked when training starts.
 * @throws {AppError} bad-data
 */
export function npyPreview(path: string): { dtype: string; shape: readonly number[] } {
  try {
    const { dtype, shape } = parseNpyHeader(beginningOf(path, HEADER_BYTES), path);
    return { dtype, shape };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(`${path} cannot be read: ${reason}`, 'Choose another file.', error);
  }
}
