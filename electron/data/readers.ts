import { join } from 'node:path';
import type { DataKindName, DataSource } from '../../shared/data/dataSource';
import { sizeOf } from '../../shared/architecture/shape';
import { badData } from './badData';
import { namedArray } from './namedArray';
import { npyFacts } from './npyPreview';
import { refuseTooLarge } from './refuseTooLarge';
import type { Dataset } from './dataset';
import { imageDataset } from './images/imageDataset';
import { npyDataset } from './npyDataset';
import { windowed } from './windowed';
import type { ReadPorts } from './readPorts';
import { seriesDataset } from './seriesDataset';
import { readCsvSource } from './table/readCsvSource';
import { readTable } from './table/readTable';

type SourceOf<K extends DataKindName> = Extract<DataSource, { readonly kind: K }>;
type Reader<K extends DataKindName> = (
  source: SourceOf<K>,
  datasetsFolder: string,
  ports: ReadPorts,
) => Promise<Dataset>;

/** The label columns of the built-in tables. */
export const builtinLabels = { iris: 'species', digits: 'digit' } as const;

/** How each kind of source is read. */
const readers: { readonly [K in DataKindName]: Reader<K> } = {
  builtin: async ({ name }, datasetsFolder, ports) => {
    if (name === 'series') return seriesDataset();
    const path = join(datasetsFolder, `${name}.csv`);
    return readCsvSource(
      { kind: 'csv', path, label: builtinLabels[name], standardise: true },
      ports,
    );
  },
  csv: (source, _, ports) => readCsvSource(source, ports),
  table: (source, _, ports) => readTable(source, ports),
  npy: async (source, _, { memoryBytes }) => {
    const { path, labels, weights, groups, validation, validationLabels } = source;
    const { alsoArrays: also = [] } = source;
    if (also.length > 0 && validation === path) {
      throw badData(
        `${path} has rows for validation among its arrays, but each row has the numbers of several arrays.`,
        'Save the rows for validation as an archive of their own, with arrays of the same names.',
      );
    }
    const names = [source.array, ...also];
    const first = await Promise.all(names.map((own) => npyFacts(path, own)));
    const sizes = [first[0]];
    if (validation !== undefined) sizes.push(await npyFacts(validation, source.validationArray));
    const rows = sizes.reduce((sum, own) => sum + (own?.shape[0] ?? 0), 0);
    const width = first.reduce((sum, { shape }) => sum + sizeOf(shape.slice(1)), 0);
    refuseTooLarge(path, rows, width, memoryBytes);
    const read = (own: string, array: string | undefined) => namedArray(own, array, memoryBytes);
    const readAll = (own: string, array: string | undefined) =>
      Promise.all([array, ...also].map((name) => read(own, name)));
    const arrays = first.map(({ shape }, at) => ({
      name: names[at] ?? '',
      row: shape.slice(1),
    }));
    const plain = npyDataset(
      {
        inputs: await readAll(path, source.array),
        labels: await read(labels, source.labelsArray),
        weights: weights === undefined ? null : await read(weights, source.weightsArray),
        groups: groups === undefined ? null : await read(groups, source.groupsArray),
        validation:
          validation === undefined || validationLabels === undefined
            ? null
            : {
                inputs: await readAll(validation, source.validationArray),
                labels: await read(validationLabels, source.validationLabelsArray),
              },
      },
      source,
    );
    const dataset = also.length === 0 ? plain : { ...plain, arrays };
    if (source.windows === undefined) return dataset;
    const places = { path, validation: validation ?? path };
    return windowed(dataset, source.windows, places, new Set(), memoryBytes);
  },
  images: (source, _, ports) => imageDataset(source, ports),
};

/** @throws {AppError} file-not-found, bad-data, stopped, out-of-memory */
export function readSource(
  source: DataSource,
  datasetsFolder: string,
  ports: ReadPorts,
): Promise<Dataset> {
  const read = readers[source.kind] as Reader<DataKindName>;
  return read(source, datasetsFolder, ports);
}
