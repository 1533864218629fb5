import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crc32 } from '../../../shared/bundle/crc32';
import { zipLayout } from '../../../shared/bundle/zipForm';
import { tempFolder } from '../../helpers/tempFolder';

/** What Python's zipfile, an independent reader, finds. */
const READ = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    bad = z.testzip() if len(sys.argv) < 3 else None
    print(json.dumps([bad, [[i.filename, i.file_size, i.CRC, i.date_time[0], i.external_attr >> 16, i.header_offset]
                            for i in z.infolist()]]))
`;
const read = (path: string, ...rest: string[]) => {
  const { stdout, stderr } = spawnSync('python3', ['-c', READ, path, ...rest], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout || JSON.stringify(stderr)) as unknown;
};

test('the checksum has the published check value, also in parts', () => {
  const bytes = Buffer.from('123456789');
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
});

test('an independent reader reads an archive of this form', () => {
  const files = [
    ['bundle.json', '{}'],
    ['runs/a/losses.f32', '\u0001\u0002'],
    ['empty', ''],
  ] as const;
  const { headers, end } = zipLayout(
    files.map(([path, text]) => ({ path, size: text.length, crc32: crc32(Buffer.from(text)) })),
  );
  const bytes = Buffer.concat([
    ...files.flatMap(([, text], index) => [headers[index]?.bytes ?? [], Buffer.from(text)]),
    end.bytes,
  ] as Buffer[]);
  const path = join(tempFolder(), 'a.zip');
  writeFileSync(path, bytes);
  expect(read(path)).toEqual([
    null,
    files.map(([name, text], index) => [
      name,
      text.length,
      crc32(Buffer.from(text)),
      1980,
      0o100644,
      headers[index]?.at,
    ]),
  ]);
});

test('past 4 GiB and 65,535 files the fields of ZIP64 are used, and an independent reader follows', () => {
  const sizes = [5 * 2 ** 30, 10, ...Array.from({ length: 65_600 }, () => 0)];
  const { headers, end } = zipLayout(
    sizes.map((size, index) => ({ path: `f${index}`, size, crc32: 0 })),
  );
  const path = join(tempFolder(), 'large.zip');
  const file = openSync(path, 'w');
  // A hole in the place of the files' bytes.
  ftruncateSync(file, end.at + end.bytes.length);
  for (const { at, bytes } of headers) writeSync(file, bytes, 0, bytes.length, at);
  writeSync(file, end.bytes, 0, end.bytes.length, end.at);
  closeSync(file);
  const [, found] = read(path, 'without checksums') as [null, unknown[][]];
  expect(found.length).toBe(sizes.length);
  expect(found.slice(0, 2).map(([name, size, , , , at]) => [name, size, at])).toEqual([
    ['f0', sizes[0], 0],
    ['f1', 10, headers[1]?.at],
  ]);
});
