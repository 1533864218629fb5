/** One named float32 tensor, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const HEADER_LIMIT_BYTES = 100_000_000;

/**
 * The safetensors form: 8 bytes little-endian header length, JSON header, tensor bytes. The header
 * is padded with spaces to 8 bytes so that the data is aligned. Tensors stay in the order given.
 * Metadata maps names to text, as the format requires.
 * Source: the safetensors format description, version of 2023.
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> =
    Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  for (const { name, shape, values } of tensors) {
    const end = offset + values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = asciiBytes(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + padded + offset);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  file.fill(0x20, 8, 8 + padded);
  file.set(json, 8);
  let at = 8 + padded;
  for (const { values } of tensors) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return file;
}

/** The position of a tensor's bytes, counted from the end of the header. */
export interface TensorPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads float32 tensors back, in the order of their bytes.
 * @throws {RangeError} as `safetensorsLayout`
 */
export function decodeSafetensors(file: Uint8Array): NamedTensor[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const { tensors, start } = safetensorsLayout(file, file.byteLength);
  return tensors.map(({ name, shape, begin, end }) => {
    const values = new Float32Array((end - begin) / 4);
    for (let i = 0; i < values.length; i++)
      values[i] = view.getFloat32(start + begin + i * 4, true);
    return { name, shape, values };
  });
}

/**
 * The places of float32 tensors, in the order of their bytes.
 * @param head at least the header of the file
 * @param size of the whole file, in bytes
 * @throws {RangeError} that says what is wrong: truncated, a header that does not fit, gaps or
 *   overlaps, a size that does not match its shape
 */
export function safetensorsLayout(
  head: Uint8Array,
  size: number,
): { readonly tensors: readonly TensorPlace[]; readonly start: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const { header, start } = headerOf(head, view);
  let expected = 0;
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => ({ name, ...entryOf(name, entry) }))
    .sort((a, b) => a.begin - b.begin);
  for (const { name, shape, begin, end } of tensors) {
    const bytes = shape.reduce((product, length) => product * length, 1) * 4;
    if (begin !== expected || end - begin !== bytes) {
      throw new RangeError(`${name} is not where its shape [${shape.join(', ')}] requires`);
    }
    if (start + end > size) throw new RangeError(`${name} reaches past the end`);
    expected = end;
  }
  if (start + expected !== size) throw new RangeError('there are bytes after the tensors');
  return { tensors, start };
}

/** The metadata of a file, empty where it has none. @throws {RangeError} as `decodeSafetensors` */
export function safetensorsMetadata(file: Uint8Array): Readonly<Record<string, string>> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const { __metadata__: metadata } = headerOf(file, view).header as { __metadata__?: unknown };
  if (metadata === undefined) return {};
  if (
    typeof metadata !== 'object' ||
    metadata === null ||
    !Object.values(metadata).every((value) => typeof value === 'string')
  ) {
    throw new RangeError('the metadata is not text by name');
  }
  return metadata as Record<string, string>;
}

/** The parsed header, and where the tensors' bytes start. */
function headerOf(file: Uint8Array, view: DataView): { header: object; start: number } {
  if (file.byteLength < 8) throw new RangeError('the file is shorter than its length field');
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > HEADER_LIMIT_BYTES || Number(headerLength) > file.byteLength - 8) {
    throw new RangeError(`the header claims ${headerLength} bytes, more than the file holds`);
  }
  const start = 8 + Number(headerLength);
  let header: unknown;
  try {
    header = JSON.parse(asciiText(file.subarray(8, start)));
  } catch {
    throw new RangeError('the header is not JSON');
  }
  if (typeof header !== 'object' || header === null)
    throw new RangeError('the header is not an object');
  return { header, start };
}

function entryOf(name: string, entry: unknown) {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const isCount = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) >= 0;
  if (
    dtype !== 'F32' ||
    !Array.isArray(shape) ||
    !shape.every(isCount) ||
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    !offsets.every(isCount)
  ) {
    throw new RangeError(`${name} has no valid float32 entry`);
  }
  return { shape: shape as number[], begin: offsets[0] as number, end: offsets[1] as number };
}

/** Escapes what is not ASCII, so that no text encoder is needed here. */
function asciiBytes(text: string): Uint8Array {
  const ascii = text.replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}

function asciiText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}
