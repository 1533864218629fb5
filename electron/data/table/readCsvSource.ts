import {
  readingOfShortForm,
  shortFormFormat,
  type CsvSource,
} from '../../../shared/data/table/shortForm';
import { sourceOf } from '../../../shared/data/table/tableSource';
import type { Dataset } from '../dataset';
import type { ReadPorts } from '../readPorts';
import { readTable } from './readTable';
import { recogniseTable } from './recogniseTable';

/**
 * A CSV file of the first kind: commas, every column but the target a number.
 * @throws {AppError} file-not-found, bad-data, stopped, out-of-memory
 */
export async function readCsvSource(source: CsvSource, ports: ReadPorts): Promise<Dataset> {
  const { path, label } = source;
  const recognised = await recogniseTable(path, { format: shortFormFormat, target: label });
  const dataset = await readTable(sourceOf(path, readingOfShortForm(recognised, source)), ports);
  return { ...dataset, notes: [...recognised.notes, ...dataset.notes] };
}
