import { AppError } from '../../shared/lib/appError';
import { badData } from './badData';

/** Describes why the system could not read a data file; an error of ours stays as it is. */
export function unreadable(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError('file-not-found', `There is no file ${path}.`, 'Check the path.', error);
  }
  if (code === 'EISDIR') return badData(`${path} is a folder.`, 'Choose a file in it.', error);
  return badData(`${path} cannot be read: ${message}`, 'Check its permissions.', error);
}
