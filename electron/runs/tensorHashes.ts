import { createHash } from 'node:crypto';
import { safetensorsLayout } from '../../shared/runs/safetensors';
import { partOf, sha256Of, type ByteSource } from '../files/byteSource';
import { hashOfValues } from './hashOfValues';

/**
 * A weight hash of format 2: over the lines `layer/role sha256`, sorted by name, so that the order in
 * which branches are called makes no difference. `tensors` has the first digits of each tensor's hash.
 */
export function hashOfTensors(
  tensors: readonly {
    readonly layer: string;
    readonly role: string;
    readonly values: Float32Array;
  }[],
): { readonly sha256: string; readonly tensors: string[] } {
  const named = tensors
    .map(({ layer, role, values }) => ({ name: `${layer}/${role}`, sha256: hashOfValues(values) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = named.map(({ name, sha256 }) => `${name} ${sha256}\n`);
  return {
    sha256: createHash('sha256').update(lines.join('')).digest('hex'),
    tensors: named.map(({ sha256 }) => sha256.slice(0, 16)),
  };
}

const MOST_HEADER_BYTES = 16 * 1024 * 1024;

/** sha256 of each tensor's bytes by name, without ever holding a whole tensor in memory. */
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

/** The tensors' positions; `begin` and `end` count from `start`. @throws {RangeError} */
export function tensorLayout(source: ByteSource) {
  const prefix = source.read(0, Math.min(8, source.size));
  const claimed =
    prefix.length === 8 ? Number(new DataView(prefix.buffer).getBigUint64(0, true)) : 0;
  if (claimed > MOST_HEADER_BYTES) throw new RangeError(`the header claims ${claimed} bytes`);
  const head = source.read(0, Math.min(8 + claimed, source.size));
  return safetensorsLayout(head, source.size);
}
