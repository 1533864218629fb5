import type { RunManifest } from '../../shared/runs/run';
import type { RowScale } from '../../shared/saving/preprocessing';
import { scalesOf } from '../data/inputsOf';
import { readSource } from '../data/readers';
import { availableMemory } from '../data/availableMemory';
import { runRows } from '../evaluation/runRows';

/**
 * Means and deviations of the numbers of arrays or pictures that a run scaled: of the rows to train on, which are
 * read again. Null where they were not scaled; a table's are in the record of its columns.
 * @throws {AppError} bad-data if the data has changed
 */
export async function rowScaleOf(
  manifest: RunManifest,
  datasetsFolder: string,
): Promise<RowScale | null> {
  const { source, heldOut } = manifest.data;
  if ((source.kind !== 'npy' && source.kind !== 'images') || !source.standardise) return null;
  await runRows(manifest, datasetsFolder);
  const ports = {
    onProgress: () => {},
    onRead: () => {},
    signal: null,
    memoryBytes: availableMemory(),
  };
  const windowless = { ...source, standardise: false };
  if ('windows' in windowless) delete windowless.windows;
  const { inputs, features, rows } = await readSource(windowless, datasetsFolder, ports);
  // Rows of a file of their own decide nothing.
  const isAside = source.kind === 'images' || source.validation !== undefined;
  const trained = rows - (isAside && heldOut?.by === 'file' ? heldOut.rows : 0);
  const all = scalesOf(inputs.subarray(0, trained * features), features);
  return { mean: all.map(({ mean }) => mean), deviation: all.map(({ deviation }) => deviation) };
}
