import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import type { DataSource } from '../../shared/runs/run';
import { csvDataset } from './csvDataset';
import type { Dataset, OnProgress } from './dataset';
import { imageDataset } from './images/imageDataset';
import { npyDataset, type NamedBytes } from './npyDataset';
import { seriesDataset } from './seriesDataset';
import { unreadable } from './unreadable';

const SIZE_LIMIT_BYTES = 512 * 1024 * 1024;
const builtinLabels = { iris: 'species', digits: 'digit' } as const;

/**
 * @param datasetsFolder where the built-in data sets lie
 * @param onProgress progress of reading a file or folder that may take a while
 * @throws {AppError} file-not-found, bad-data
 */
export function loadDataset(
  source: DataSource,
  datasetsFolder: string,
  onProgress: OnProgress = () => {},
): Dataset {
  if (source.kind === 'builtin') {
    if (source.name === 'series') return seriesDataset();
    const file = `${source.name}.csv`;
    return csvDataset(readFile(join(datasetsFolder, file)), file, builtinLabels[source.name], true);
  }
  if (source.kind === 'npy') {
    const [inputs, labels] = [source.path, source.labels].map((name) => ({
      name,
      bytes: readFile(name),
    })) as [NamedBytes, NamedBytes];
    return npyDataset(inputs, labels, source.standardise, source.target);
  }
  if (source.kind === 'images') return imageDataset(source, onProgress);
  const { path, label, standardise, target } = source;
  return csvDataset(readFile(path), path, label, standardise, target, onProgress);
}

function readFile(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > SIZE_LIMIT_BYTES) {
      throw new AppError(
        'bad-data',
        `${path} has ${Math.round(size / 1024 / 1024)} MiB.`,
        'Data files up to 512 MiB are read; take a part of it.',
      );
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(path, error);
  }
}
