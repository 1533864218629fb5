import { closeSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../shared/lib/appError';
import { parseNpyHeader } from './npy';

const HEADER_BYTES = 128 * 1024;

/**
 * Shape and type of a .npy file. The numbers are checked when training starts.
 * @throws {AppError} bad-data
 */
export function npyPreview(path: string): { dtype: string; shape: readonly number[] } {
  const buffer = Buffer.alloc(HEADER_BYTES);
  try {
    const file = openSync(path, 'r');
    try {
      const { dtype, shape } = parseNpyHeader(buffer.subarray(0, readSync(file, buffer)), path);
      return { dtype, shape };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'bad-data',
      `${path} cannot be read: ${reason}`,
      'Choose another file.',
      error,
    );
  }
}
