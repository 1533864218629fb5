import { AppError } from '../../shared/lib/appError';
import type { RunManifest } from '../../shared/runs/run';
import { trainedRows } from '../../shared/training/trainingConfig';
import type { Dataset } from '../data/dataset';
import { loadDataset } from '../data/loadDataset';
import { arrangedRows } from '../training/arrangedRows';

/**
 * The rows of a run as they were read, and in the order in which it splits them.
 * @throws {AppError} bad-data if they have changed since
 */
export async function runRows(
  { data, training, randomness }: RunManifest,
  datasetsFolder: string,
): Promise<{
  readonly loaded: Dataset;
  readonly arranged: Dataset;
  /** The first row that it held out. */
  readonly firstHeldOut: number;
}> {
  const loaded = await loadDataset(data.source, datasetsFolder);
  if (loaded.sha256 !== data.sha256) {
    throw new AppError(
      'bad-data',
      'The data has changed since it was trained on.',
      'Put it back as it was.',
    );
  }
  const arranged = arrangedRows(loaded, training, randomness);
  return { loaded, arranged, firstHeldOut: trainedRows(training, arranged) };
}
