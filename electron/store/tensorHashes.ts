import { safetensorsLayout } from '../../shared/runs/safetensors';
import { partOf, sha256Of, type ByteSource } from './byteSource';

const MOST_HEADER_BYTES = 16 * 1024 * 1024;

/** sha256 of each tensor's bytes by name, without ever holding a tensor in memory. */
export function tensorHashes(
  source: ByteSource,
): Map<string, { readonly shape: readonly number[]; readonly sha256: string }> {
  const { tensors, start } = tensorLayout(source);
  return new Map(
    tensors.map(({ name, shape, begin, end }) => [
      name,
      { shape, sha256: sha256Of(partOf(source, start + begin, end - begin)) },
    ]),
  );
}

/** Where the tensors lie; `begin` and `end` count from `start`. @throws {RangeError} */
export function tensorLayout(source: ByteSource) {
  const prefix = source.read(0, Math.min(8, source.size));
  const claimed =
    prefix.length === 8 ? Number(new DataView(prefix.buffer).getBigUint64(0, true)) : 0;
  if (claimed > MOST_HEADER_BYTES) throw new RangeError(`the header claims ${claimed} bytes`);
  const head = source.read(0, Math.min(8 + claimed, source.size));
  return safetensorsLayout(head, source.size);
}
