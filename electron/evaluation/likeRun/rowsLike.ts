import type { RunManifest } from '../../../shared/runs/run';
import { AppError } from '../../../shared/lib/appError';
import type { Dataset } from '../../data/dataset';
import type { ReadPorts } from '../../data/readPorts';
import { recordedColumns } from '../recordedColumns';
import { arraysLike } from './arraysLike';
import { picturesLike } from './picturesLike';
import { tableLike, tableSourceOf } from './tableLike';

/** Rows that are no part of a run's data, as its network takes them. */
export interface RowsLike {
  /** Without targets these are made up. */
  readonly dataset: Dataset;
  readonly hasTargets: boolean;
  /**
   * What each row is called: its number in the file from 0, or the picture's path; of a window, the row that
   * it predicts.
   */
  readonly names: readonly (string | number)[];
  /** Rows of the file that were left out, since a value is missing. */
  readonly leftOut: readonly number[];
  /** Why the targets that the file has are not taken; null where there are none, or all are. */
  readonly withoutTargets: string | null;
}

export interface OtherData {
  readonly path: string;
  /** An array of the targets, beside an array of rows; null if there is none. */
  readonly labels: string | null;
  /** Whether what is right for each row must be known. */
  readonly needsTargets: boolean;
}

/**
 * Rows of another file or folder, prepared as those that a run trained on: the same columns, categories,
 * vocabulary, scales, sizes and classes.
 * @throws {AppError} bad-data, file-not-found, bad-arguments
 */
export async function rowsLike(
  manifest: RunManifest,
  data: OtherData,
  datasetsFolder: string,
  ports: ReadPorts,
): Promise<RowsLike> {
  const { source } = manifest.data;
  if (data.labels !== null && source.kind !== 'npy') {
    throw new AppError(
      'bad-arguments',
      `${data.labels} cannot be used: only NumPy arrays have their targets in a file of their own.`,
      'Leave out --labels.',
    );
  }
  const columns = await recordedColumns(manifest, datasetsFolder);
  if (columns !== null) {
    return tableLike(
      tableSourceOf(manifest, columns, datasetsFolder),
      columns,
      manifest,
      data,
      ports,
    );
  }
  switch (source.kind) {
    case 'npy':
      return arraysLike(source, manifest, data, datasetsFolder, ports);
    case 'images':
      return picturesLike(source, manifest, data, datasetsFolder, ports);
    default:
      throw new AppError(
        'bad-data',
        'The run was trained on a series that is made up, so there are no other rows like it.',
        'Train on a file.',
      );
  }
}
