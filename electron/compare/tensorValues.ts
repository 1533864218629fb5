import type { ByteSource } from '../files/byteSource';
import { tensorLayout } from '../runs/tensorHashes';

/** In the order of the file. */
export function namesOfTensors(source: ByteSource): string[] {
  return tensorLayout(source).tensors.map(({ name }) => name);
}

/** The values of one tensor of a file; null if it has none of that name. */
export function valuesOf(name: string) {
  return (source: ByteSource): Float32Array | null => {
    const { tensors, start } = tensorLayout(source);
    const place = tensors.find((tensor) => tensor.name === name);
    if (place === undefined) return null;
    return new Float32Array(source.read(start + place.begin, place.end - place.begin).buffer);
  };
}
