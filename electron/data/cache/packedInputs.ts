/**
 * Pictures and bytes are kept as bytes: a quarter of the room, and of the time to write and read them. A byte k
 * stands for k / scale, rounded to float32 as a picture's reader rounds it.
 */
export const packedScales = [1, 255] as const;
export type PackedScale = (typeof packedScales)[number];

/** Numbers that tell at once that the others need not be looked at. */
const SAMPLED = 4_096;

/** The float32 of each byte. */
function unpackedBytes(scale: PackedScale): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => byte / scale);
}

/** One byte for each number, bit for bit the same when unpacked; null if they have other numbers. */
export function packed(
  values: Float32Array,
): { readonly scale: PackedScale; readonly bytes: Uint8Array } | null {
  for (const scale of packedScales) {
    if (packedAs(scale, values.subarray(0, SAMPLED)) === null) continue;
    const bytes = packedAs(scale, values);
    if (bytes !== null) return { scale, bytes };
  }
  return null;
}

function packedAs(scale: PackedScale, values: Float32Array): Uint8Array | null {
  // Compared as bits: -0 is another number than 0, and NaN equals nothing.
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  const known = new Int32Array(unpackedBytes(scale).buffer);
  const bytes = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const byte = ((values[at] as number) * scale + 0.5) & 255;
    if (known[byte] !== words[at]) return null;
    bytes[at] = byte;
  }
  return bytes;
}

export function unpacked(bytes: Uint8Array, scale: PackedScale): Float32Array {
  const known = unpackedBytes(scale);
  const values = new Float32Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) values[at] = known[bytes[at] as number] as number;
  return values;
}
