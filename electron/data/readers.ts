import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataKindName, DataSource } from '../../shared/data/dataSource';
import { sizeOf } from '../../shared/architecture/shape';
import { readBytes } from '../files/readBytes';
import { npyFacts } from './npyPreview';
import { npzArray } from './npz';
import { refuseTooLarge } from './refuseTooLarge';
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
  npy: async (source, _, { memoryBytes }) => {
    const { path, labels, standardise, target } = source;
    const places = [
      [path, source.array],
      [labels, source.labelsArray],
    ] as const;
    const { shape } = await npyFacts(path, source.array);
    refuseTooLarge(path, shape[0] ?? 0, sizeOf(shape.slice(1)), memoryBytes);
    const named: NamedBytes[] = [];
    for (const [own, array] of places) {
      if (array === undefined) named.push({ name: own, bytes: readFile(own) });
      else {
        const bytes = await npzArray(own, array, memoryBytes);
        named.push({ name: `${own}, ${array}`, bytes });
      }
    }
    const [rows, targets] = named as [NamedBytes, NamedBytes];
    return npyDataset(rows, targets, { standardise, target, classes: source.classes });
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

function readFile(path: string): Uint8Array {
  try {
    return readBytes(path, statSync(path).size);
  } catch (error) {
    throw unreadable(path, error);
  }
}
