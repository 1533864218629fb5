import { z } from 'zod';
import { builtinData } from './builtinData';
import { builtin } from './kinds/builtin';
import { csv } from './kinds/csv';
import { images } from './kinds/images';
import { npy } from './kinds/npy';
import { table } from './kinds/table';

/** Every kind of data source; a new one is a file and a line here. */
export const dataKinds = { builtin, csv, table, npy, images } as const;
export type DataKindName = keyof typeof dataKinds;

/** Where the rows come from, and how they are read. */
export const dataSourceSchema = z.discriminatedUnion('kind', [
  builtin.schema,
  csv.schema,
  table.schema,
  npy.schema,
  images.schema,
]);
export type DataSource = z.infer<typeof dataSourceSchema>;

/** The files and folders that a source is read from; none for the built-in sets. */
export function pathsOf(source: DataSource): readonly string[] {
  const fields: Readonly<Record<string, unknown>> = source;
  return placesOf(source).map((place) => String(fields[place]));
}

/** The source with other paths, such as absolute ones. */
export function withPaths(source: DataSource, change: (path: string) => string): DataSource {
  const fields: Readonly<Record<string, unknown>> = source;
  const changed = placesOf(source).map((place) => [place, change(String(fields[place]))] as const);
  return { ...source, ...Object.fromEntries(changed) };
}

/** The fields that name a file or folder, those that are given. */
function placesOf(source: DataSource): readonly string[] {
  const fields: Readonly<Record<string, unknown>> = source;
  return dataKinds[source.kind].places.filter((place) => fields[place] !== undefined);
}

/** What data is called in a line: a built-in set by its name, a file without its folders. */
export function dataName(source: DataSource): string {
  if (source.kind === 'builtin') return builtinData[source.name].label;
  const names = source.path.split(/[\\/]/).filter(Boolean);
  const name = names.at(-1) ?? source.path;
  // Of pets/train, pets says more.
  const isPart = source.kind === 'images' && source.validation !== undefined && names.length > 1;
  return isPart ? names.slice(-2).join('/') : name;
}
