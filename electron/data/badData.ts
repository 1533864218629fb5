import { AppError } from '../../shared/lib/appError';

export function badData(message: string, remedy: string, cause?: unknown): AppError {
  return new AppError('bad-data', message, remedy, cause);
}
