import { createHash } from 'node:crypto';

/** The bytes of recorded numbers as stored in a file (only little-endian machines are supported). */
export function bytesOfValues(
  values: Float32Array | Float64Array | Uint32Array | Int32Array,
): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** sha256 of those bytes, lower-case hex. */
export function hashOfValues(values: Float32Array | Uint32Array): string {
  return createHash('sha256').update(bytesOfValues(values)).digest('hex');
}
