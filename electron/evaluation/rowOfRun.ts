import { relative } from 'node:path';
import type { DataSource } from '../../shared/data/dataSource';
import { cellsOf, type ShownRow } from '../../shared/evaluation/shownRow';
import { AppError } from '../../shared/lib/appError';
import { imageFolder } from '../data/images/imageFolder';
import { readManifest } from '../runs/readRun';
import { runRows } from './runRows';

/**
 * A row of a run's data. @param row from 0, in the order of the data
 * @throws {AppError} bad-arguments, bad-data if the data has changed
 */
export async function rowOfRun(
  folder: string,
  row: number,
  datasetsFolder: string,
): Promise<ShownRow> {
  const manifest = readManifest(folder);
  const { loaded } = await runRows(manifest, datasetsFolder);
  const { inputs, features, rows, rowShape, columns } = loaded;
  if (row >= rows) {
    throw new AppError(
      'bad-arguments',
      `There is no row ${row}: the data has ${rows}.`,
      'Name another.',
    );
  }
  const values = inputs.slice(row * features, (row + 1) * features);
  // A window holds several rows of its table.
  const isOneRow = rowShape.length === 1;
  return {
    file: fileOf(manifest.data.source, row),
    shape: rowShape,
    values,
    cells: columns !== null && isOneRow ? cellsOf(values, columns) : null,
  };
}

function fileOf(source: DataSource, row: number): string | null {
  if (source.kind !== 'images') return null;
  const train = imageFolder(source.path);
  const own = train.images[row];
  if (own !== undefined) return relative(source.path, own.path);
  if (source.validation === undefined) return null;
  const held = imageFolder(source.validation, train.classes).images[row - train.images.length];
  return held === undefined ? null : relative(source.validation, held.path);
}
