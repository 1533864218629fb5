import type { InputColumn } from '../../shared/data/table/inputColumn';
import type { RunManifest } from '../../shared/runs/run';
import { runRows } from './runRows';

/**
 * What became of the columns of a run's table; null if its data is none.
 * @throws {AppError} bad-data if the run does not record it, as those of earlier formats, and the data has changed
 */
export async function recordedColumns(
  manifest: RunManifest,
  datasetsFolder: string,
): Promise<readonly InputColumn[] | null> {
  const { source, columns } = manifest.data;
  if (columns !== undefined) return columns;
  const isTable = source.kind === 'table' || source.kind === 'csv' || source.kind === 'builtin';
  return isTable ? (await runRows(manifest, datasetsFolder)).loaded.columns : null;
}
