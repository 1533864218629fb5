import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import type { DataKindName, DataSource } from '../../shared/data/dataSource';
import { unreadable } from './unreadable';
import type { Dataset } from './dataset';
import { imageDataset } from './images/imageDataset';
import { npyDataset, type NamedBytes } from './npyDataset';
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

const builtinLabels = { iris: 'species', digits: 'digit' } as const;

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
  npy: async ({ path, labels, standardise, target }) => {
    const [inputs, targets] = [path, labels].map((name) => ({ name, bytes: readFile(name) })) as [
      NamedBytes,
      NamedBytes,
    ];
    return npyDataset(inputs, targets, standardise, target);
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

const SIZE_LIMIT_BYTES = 512 * 1024 * 1024;

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
    throw unreadable(path, error);
  }
}
