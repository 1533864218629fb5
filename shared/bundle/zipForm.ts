/** One file of an archive. `path` is ASCII; `size` in bytes. */
export interface ZipEntry {
  readonly path: string;
  readonly size: number;
  readonly crc32: number;
}

/** All bytes of an archive and their positions, except for the files' own bytes. */
export interface ZipLayout {
  /** A file's bytes follow its header. */
  readonly headers: readonly { readonly at: number; readonly bytes: Uint8Array }[];
  /** Directory and end records, which close the archive. */
  readonly end: { readonly at: number; readonly bytes: Uint8Array };
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
/** The largest values of two and four bytes: they mean that the number is in a ZIP64 field. */
export const MOST_16 = 0xffff;
export const MOST_32 = 0xffffffff;
const PLAIN_VERSION = 20;
const ZIP64_VERSION = 45;
const UNIX = 3;
/** 1 January 1980, 00:00: the earliest that the format knows. */
const DATE = 0x21;
/** A regular file, readable by all, writable by its owner. */
const MODE = 0o100644;

/**
 * The one form that an archive of these files has: stored and not compressed, since two builds of
 * zlib compress differently; no times, no comments, no data descriptors; ZIP64 fields only where a
 * number needs them. So headers follow from paths, sizes and checksums, and any other byte is wrong.
 * Source: PKWARE APPNOTE 6.3.10.
 */
export function zipLayout(entries: readonly ZipEntry[]): ZipLayout {
  let at = 0;
  const headers = entries.map((entry) => {
    const header = { at, bytes: localHeader(entry) };
    at += header.bytes.length + entry.size;
    return header;
  });
  const directory = entries.map((entry, index) =>
    centralHeader(entry, (headers[index] as { at: number }).at),
  );
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  return { headers, end: { at, bytes: joined([...directory, endOf(entries.length, size, at)]) } };
}

function localHeader({ path, size, crc32 }: ZipEntry): Uint8Array {
  const isLarge = size >= MOST_32;
  return fields([
    [4, LOCAL],
    ...common(isLarge ? ZIP64_VERSION : PLAIN_VERSION, crc32),
    [4, isLarge ? MOST_32 : size],
    [4, isLarge ? MOST_32 : size],
    [2, path.length],
    [2, isLarge ? 20 : 0],
    path,
    ...(isLarge ? large([size, size]) : []),
  ]);
}

function centralHeader({ path, size, crc32 }: ZipEntry, at: number): Uint8Array {
  const own = [...(size >= MOST_32 ? [size, size] : []), ...(at >= MOST_32 ? [at] : [])];
  const version = own.length > 0 ? ZIP64_VERSION : PLAIN_VERSION;
  return fields([
    [4, CENTRAL],
    [2, (UNIX << 8) | version],
    ...common(version, crc32),
    [4, Math.min(size, MOST_32)],
    [4, Math.min(size, MOST_32)],
    [2, path.length],
    [2, own.length > 0 ? 4 + 8 * own.length : 0],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, MODE * 2 ** 16],
    [4, Math.min(at, MOST_32)],
    path,
    ...(own.length > 0 ? large(own) : []),
  ]);
}

function endOf(count: number, size: number, at: number): Uint8Array {
  const isLarge = count >= MOST_16 || size >= MOST_32 || at >= MOST_32;
  return fields([
    ...(isLarge
      ? ([
          [4, END_64],
          [8, 44],
          [2, (UNIX << 8) | ZIP64_VERSION],
          [2, ZIP64_VERSION],
          [4, 0],
          [4, 0],
          [8, count],
          [8, count],
          [8, size],
          [8, at],
          [4, LOCATOR_64],
          [4, 0],
          [8, at + size],
          [4, 1],
        ] as const)
      : []),
    [4, END],
    [2, 0],
    [2, 0],
    [2, Math.min(count, MOST_16)],
    [2, Math.min(count, MOST_16)],
    [4, Math.min(size, MOST_32)],
    [4, Math.min(at, MOST_32)],
    [2, 0],
  ]);
}

type Field = string | readonly [2 | 4 | 8, number];

/** Version, no flags, stored, the fixed time and date, checksum. */
function common(version: number, crc: number): Field[] {
  return [
    [2, version],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, DATE],
    [4, crc],
  ];
}

/** The ZIP64 extra field. */
function large(numbers: readonly number[]): Field[] {
  return [[2, 1], [2, 8 * numbers.length], ...numbers.map((own) => [8, own] as const)];
}

/** Little-endian numbers of the given byte lengths, and ASCII text. */
function fields(parts: readonly Field[]): Uint8Array {
  const length = parts.reduce(
    (sum, part) => sum + (typeof part === 'string' ? part.length : part[0]),
    0,
  );
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      for (let index = 0; index < part.length; index++) bytes[at++] = part.charCodeAt(index);
      continue;
    }
    let rest = part[1];
    for (let index = 0; index < part[0]; index++) {
      bytes[at++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
