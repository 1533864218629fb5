import { createHash } from 'node:crypto';
import { bundleFiles } from '../../../shared/bundle/paths';
import { crc32 } from '../../../shared/bundle/crc32';
import type { Findings } from './findings';
import type { OpenedBundle, PackedFile } from './opened';
import type { Reader } from './read';

const PIECE_BYTES = 1024 * 1024;

/** Files that the manifest cannot list: itself, and what signs it. */
const outside: ReadonlySet<string> = new Set([
  bundleFiles.manifest,
  bundleFiles.signature,
  bundleFiles.publicKey,
]);

/**
 * Checks every file's bytes against archive and manifest.
 * @returns sha256 of the manifest, which is the bundle's id; null where there is none
 * @yields bytes read since the last time
 */
export function* checkManifest(
  bundle: OpenedBundle,
  reader: Reader,
  findings: Findings,
): Generator<number, string | null> {
  const listed = readManifest(reader, findings);
  let id: string | null = null;
  for (const [path, file] of bundle.files) {
    const { sha256, crc } = yield* hashed(file);
    if (file.crc32 !== null && crc !== file.crc32) {
      findings.add('file-checksum', path, hex(file.crc32), hex(crc));
    }
    if (path === bundleFiles.manifest) id = sha256;
    if (outside.has(path) || listed === null) continue;
    const expected = listed.get(path);
    if (expected === undefined) findings.add('file-unlisted', path);
    else if (expected !== sha256) findings.add('file-hash', path, expected, sha256);
  }
  for (const path of listed?.keys() ?? []) {
    if (!bundle.files.has(path)) findings.add('file-missing', path);
  }
  return id;
}

function readManifest(reader: Reader, findings: Findings): Map<string, string> | null {
  const text = reader.text(bundleFiles.manifest);
  if (text === null) return null;
  const listed = new Map<string, string>();
  const lines = text.split('\n');
  let before = '';
  const isEnded = lines.pop() === '';
  for (const [index, line] of lines.entries()) {
    const [, sha256, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sha256 === undefined || path === undefined || path <= before || outside.has(path)) {
      findings.add(
        'manifest-malformed',
        `${bundleFiles.manifest}:${index + 1}`,
        'sha256, two spaces and a path, sorted',
        line,
      );
      return null;
    }
    before = path;
    listed.set(path, sha256);
  }
  if (!isEnded) findings.add('manifest-malformed', bundleFiles.manifest, 'a line end at the end');
  return listed;
}

function* hashed(file: PackedFile): Generator<number, { sha256: string; crc: number }> {
  const hash = createHash('sha256');
  let crc = 0;
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = file.use((source) => source.read(at, Math.min(PIECE_BYTES, file.size - at)));
    hash.update(piece);
    if (file.crc32 !== null) crc = crc32(piece, crc);
    yield piece.length;
  }
  return { sha256: hash.digest('hex'), crc };
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
