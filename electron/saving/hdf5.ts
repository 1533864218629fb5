import type { Group as LibraryGroup } from 'h5wasm';

/** A group of an HDF5 file. */
export interface Hdf5Group {
  readonly groups: Readonly<Record<string, Hdf5Group>>;
  readonly datasets: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
  >;
  readonly attributes: Readonly<Record<string, string>>;
}

const PLACE = 'file.h5';

/** An HDF5 file of float32 data sets, made by the HDF5 library in WebAssembly. */
export async function hdf5(root: Hdf5Group): Promise<Uint8Array> {
  const { default: library } = await import('h5wasm');
  const { FS } = await library.ready;
  const file = new library.File(PLACE, 'w');
  try {
    write(file, root);
  } finally {
    file.close();
  }
  const bytes = FS.readFile(PLACE) as Uint8Array;
  FS.unlink(PLACE);
  return bytes;
}

type Place = Pick<LibraryGroup, 'create_group' | 'create_dataset' | 'create_attribute'>;

function write(place: Place, { groups, datasets, attributes }: Hdf5Group): void {
  for (const [name, text] of Object.entries(attributes)) place.create_attribute(name, text);
  for (const [name, { shape, values }] of Object.entries(datasets)) {
    place.create_dataset({ name, data: values, shape: [...shape], dtype: '<f4' });
  }
  for (const [name, own] of Object.entries(groups)) write(place.create_group(name), own);
}
