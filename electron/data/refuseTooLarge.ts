import { AppError } from '../../shared/lib/appError';

/** The array itself, and the native copy that an engine keeps. */
const COPIES = 2;

/**
 * @param memoryBytes that an array and its copy may take
 * @throws {AppError} out-of-memory with the number of rows that fit
 */
export function refuseTooLarge(
  path: string,
  rows: number,
  features: number,
  memoryBytes: number,
): void {
  const rowBytes = 4 * features;
  if (COPIES * rows * rowBytes <= memoryBytes) return;
  const fitting = Math.floor(memoryBytes / COPIES / rowBytes);
  const [needed, free] = [COPIES * rows * rowBytes, memoryBytes].map((bytes) =>
    (bytes / 2 ** 30).toFixed(1),
  );
  throw new AppError(
    'out-of-memory',
    `${path} makes ${rows.toLocaleString('en')} rows of ${features.toLocaleString('en')} numbers, which take ${needed} GiB with the engine's copy; ${free} GiB are free.`,
    `Up to ${fitting.toLocaleString('en')} rows fit: take a part of them, or fewer columns.`,
  );
}
