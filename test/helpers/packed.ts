import { createHash } from 'node:crypto';
import { crc32 } from '../../shared/bundle/crc32';
import { zipLayout } from '../../shared/bundle/zipForm';

/** A file of a bundle that is being tampered with. */
export interface Packed {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The files of a stored archive, as its local headers name them. */
export function unpacked(archive: Buffer): Packed[] {
  const files: Packed[] = [];
  for (let at = 0; archive.readUInt32LE(at) === 0x04034b50;) {
    const [size, name] = [archive.readUInt32LE(at + 18), archive.readUInt16LE(at + 26)];
    const start = at + 30 + name;
    const path = archive.toString('latin1', at + 30, start);
    files.push({ path, bytes: Buffer.from(archive.subarray(start, start + size)) });
    at = start + size;
  }
  return files;
}

/** An archive whose headers are as they should be for these files. */
export function repacked(files: readonly Packed[]): Buffer {
  const { headers, end } = zipLayout(
    files.map(({ path, bytes }) => ({ path, size: bytes.length, crc32: crc32(bytes) })),
  );
  return Buffer.concat([
    ...files.flatMap(({ bytes }, index) => [headers[index]?.bytes ?? Buffer.alloc(0), bytes]),
    end.bytes,
  ]);
}

/** As a careful forger leaves them: manifest and sizes in the crate match the files again. */
export function withManifest(files: readonly Packed[]): Packed[] {
  const sizes = new Map(files.map(({ path, bytes }) => [path, String(bytes.length)]));
  const described = changed(files, 'ro-crate-metadata.json', (text) => {
    const crate = crateIn(text);
    if (crate === null) return text;
    for (const entity of crate['@graph']) {
      const size = sizes.get(String(entity['@id']));
      if (entity['@type'] === 'File' && size !== undefined) entity['contentSize'] = size;
    }
    return JSON.stringify(crate, null, 2);
  });
  const outside = ['manifest-sha256.txt', 'signature.dsse.json', 'public-key.pem'];
  const lines = described
    .filter(({ path }) => !outside.includes(path))
    .map(({ path, bytes }) => ({ path, hash: createHash('sha256').update(bytes).digest('hex') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, hash }) => `${hash}  ${path}\n`);
  return changed(described, 'manifest-sha256.txt', () => lines.join(''));
}

/** Null where it was made unreadable. */
function crateIn(text: string): { '@graph': Record<string, unknown>[] } | null {
  try {
    return JSON.parse(text) as { '@graph': Record<string, unknown>[] };
  } catch {
    return null;
  }
}

/** With one file's text, one character per byte, replaced. */
export function changed(
  files: readonly Packed[],
  path: string,
  change: (text: string) => string,
): Packed[] {
  return files.map((file) =>
    file.path === path
      ? { path, bytes: Buffer.from(change(file.bytes.toString('latin1')), 'latin1') }
      : file,
  );
}
