import { BUNDLE_PATH, bundleFiles } from '../../../shared/bundle/paths';
import { MOST_16, MOST_32, zipLayout, type ZipEntry } from '../../../shared/bundle/zipForm';
import { partOf, type ByteSource } from '../../files/byteSource';
import type { Findings } from './findings';
import type { OpenedBundle, PackedFile } from './opened';

const MOST_DIRECTORY_BYTES = 64 * 1024 * 1024;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_BYTES = 20;
const LINK = 0o120000;

/**
 * A packed bundle. Every byte of an archive follows from its files, so the headers are built again
 * from what the directory lists, and any that differ are findings.
 *
 * @returns null if the first entry is not bundle.json: this is not a bundle
 */
export function openArchive(archive: ByteSource, findings: Findings): OpenedBundle | null {
  const first = LOCAL_BYTES + bundleFiles.index.length;
  if (archive.size < first) return null;
  const beginning = archive.read(0, first);
  if (text(beginning.subarray(0, 4)) !== 'PK\u0003\u0004') return null;
  if (text(beginning.subarray(LOCAL_BYTES)) !== bundleFiles.index) return null;
  const files = new Map<string, PackedFile>();
  const directory = readDirectory(archive, findings);
  if (directory === null) return { files };
  const entries = parseEntries(directory, findings);
  if (findings.count > 0) return { files };
  const places = checkForm(archive, entries, findings);
  for (const [index, { path, size, crc32 }] of entries.entries()) {
    const start = places[index];
    if (start === undefined) break;
    files.set(path, { size, crc32, use: (work) => work(partOf(archive, start, size)) });
  }
  return { files };
}

function readDirectory(archive: ByteSource, findings: Findings): Uint8Array | null {
  const end = archive.size - END_BYTES;
  const record = viewOf(archive.read(end, END_BYTES));
  if (record.getUint32(0, true) !== 0x06054b50 || record.getUint16(20, true) !== 0) {
    findings.add('archive-end', null, 'the end record at the end', 'other bytes');
    return null;
  }
  let [size, at, close] = [record.getUint32(12, true), record.getUint32(16, true), end];
  if (record.getUint16(10, true) === MOST_16 || size === MOST_32 || at === MOST_32) {
    close = end - LOCATOR_BYTES - END_64_BYTES;
    if (close < 0) return malformed(archive.size);
    const large = viewOf(archive.read(close, END_64_BYTES));
    size = Number(large.getBigUint64(40, true));
    at = Number(large.getBigUint64(48, true));
  }
  if (size > MOST_DIRECTORY_BYTES || at + size !== close) return malformed(at + size);
  return archive.read(at, size);

  function malformed(found: number) {
    findings.add('archive-directory', null, `a directory that ends at byte ${close}`, found);
    return null;
  }
}

function parseEntries(bytes: Uint8Array, findings: Findings): ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  const taken = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const isWhole = at + CENTRAL_BYTES <= bytes.length && view.getUint32(at, true) === 0x02014b50;
    const nameLength = isWhole ? view.getUint16(at + 28, true) : 0;
    const extraLength = isWhole ? view.getUint16(at + 30, true) : 0;
    const next = at + CENTRAL_BYTES + nameLength + extraLength;
    if (!isWhole || next > bytes.length) {
      findings.add('archive-directory', null, 'an entry', `other bytes at ${at}`);
      return entries;
    }
    const extra = at + CENTRAL_BYTES + nameLength;
    const path = text(bytes.subarray(at + CENTRAL_BYTES, extra));
    let size = view.getUint32(at + 24, true);
    // The form of the rest of this field is checked with everything else.
    if (size === MOST_32 && extraLength >= 12) size = Number(view.getBigUint64(extra + 4, true));
    if (!BUNDLE_PATH.test(path)) findings.add('path-unsafe', printable(path));
    else if (taken.has(path.toLowerCase())) findings.add('path-duplicate', path);
    else if (view.getUint16(at + 10, true) !== 0)
      findings.add('entry-compressed', path, 0, view.getUint16(at + 10, true));
    else if (((view.getUint32(at + 38, true) >>> 16) & 0o170000) === LINK)
      findings.add('entry-link', path, 'a file', 'a link');
    taken.add(path.toLowerCase());
    entries.push({ path, size, crc32: view.getUint32(at + 16, true) });
    at = next;
  }
  return entries;
}

/** @returns where each file's bytes begin; empty if the form differs */
function checkForm(
  archive: ByteSource,
  entries: readonly ZipEntry[],
  findings: Findings,
): readonly number[] {
  const { headers, end } = zipLayout(entries);
  if (end.at + end.bytes.length !== archive.size) {
    findings.add(
      'archive-form',
      null,
      `${end.at + end.bytes.length} bytes`,
      `${archive.size} bytes`,
    );
    return [];
  }
  for (const { at, bytes } of [...headers, end]) {
    const found = archive.read(at, bytes.length);
    const odd = bytes.findIndex((byte, place) => byte !== found[place]);
    if (odd < 0) continue;
    findings.add('archive-form', `byte ${at + odd}`, bytes[odd] as number, found[odd] as number);
    return [];
  }
  const rank = (path: string) => (path === bundleFiles.index ? '' : path);
  for (let index = 1; index < entries.length; index++) {
    const [before, own] = [entries[index - 1]?.path ?? '', entries[index]?.path ?? ''];
    if (rank(before) > rank(own)) findings.add('archive-order', own, 'sorted paths', before);
  }
  return headers.map(({ at, bytes }) => at + bytes.length);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Each byte as the character with that code: no byte is lost, and ASCII stays as it is. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function printable(path: string): string {
  return JSON.stringify(path.slice(0, 100));
}
