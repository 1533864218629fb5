import type { ChosenNpy } from '../../shared/data/chosen';
import { AppError } from '../../shared/lib/appError';
import { badData } from './badData';
import { beginningOf } from './beginning';
import { parseNpyHeader } from './npy';
import { isNpz, npzArrays } from './npz';

const HEADER_BYTES = 128 * 1024;

/**
 * Shape and type of a .npy file, or of the arrays of an .npz archive, the first of them chosen. The numbers are
 * checked when they are read.
 * @throws {AppError} file-not-found, bad-data
 */
export async function npyPreview(path: string): Promise<ChosenNpy> {
  if (!isNpz(path)) return { path, ...headerOf(path) };
  const arrays = await npzArrays(path);
  const [first] = arrays;
  if (first === undefined) throw badData(`${path} has no arrays in it.`, 'Choose another file.');
  return { path, arrays, array: first.name, shape: first.shape, dtype: first.dtype };
}

/**
 * Shape and type of a .npy file, or of an array in an archive.
 * @throws {AppError} file-not-found, bad-data
 */
export async function npyFacts(
  path: string,
  array: string | undefined,
): Promise<{ dtype: string; shape: readonly number[] }> {
  if (array === undefined) return headerOf(path);
  const found = (await npzArrays(path)).find(({ name }) => name === array);
  if (found !== undefined) return found;
  throw badData(`${path} has no array "${array}".`, 'Choose another one.');
}

function headerOf(path: string): { dtype: string; shape: readonly number[] } {
  try {
    const { dtype, shape } = parseNpyHeader(beginningOf(path, HEADER_BYTES), path);
    return { dtype, shape };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(`${path} cannot be read: ${reason}`, 'Choose another file.', error);
  }
}
