import type { ByteSource } from '../files/byteSource';
import { tensorLayout } from '../runs/tensorHashes';

/** The tensors of a file, whose header is read once; their values only when they are asked for. */
export function tensorsIn(source: ByteSource) {
  const { tensors, start } = tensorLayout(source);
  const places = new Map(tensors.map((own) => [own.name, own]));
  return {
    /** In the order of the file. */
    names: tensors.map(({ name }) => name),
    /** Null if there is none of that name. */
    valuesOf: (name: string): Float32Array | null => {
      const place = places.get(name);
      if (place === undefined) return null;
      const bytes = source.read(start + place.begin, place.end - place.begin);
      return new Float32Array(bytes.buffer);
    },
  };
}
