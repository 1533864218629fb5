import { AppError } from '../../shared/lib/appError';

export function badArguments(message: string): AppError {
  return new AppError('bad-arguments', message, 'See "lab --help" for the options.');
}
