import { crc32 } from '../../shared/bundle/crc32';
import { zipLayout } from '../../shared/bundle/zipForm';

/** An archive of files that are stored as they are, the same bytes for the same files. */
export function zipped(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Uint8Array {
  const { headers, end } = zipLayout(
    files.map(({ name, bytes }) => ({ path: name, size: bytes.length, crc32: crc32(bytes, 0) })),
  );
  const archive = new Uint8Array(end.at + end.bytes.length);
  files.forEach(({ bytes }, index) => {
    const header = headers[index] as (typeof headers)[0];
    archive.set(header.bytes, header.at);
    archive.set(bytes, header.at + header.bytes.length);
  });
  archive.set(end.bytes, end.at);
  return archive;
}
