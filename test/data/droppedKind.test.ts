import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { droppedKind } from '../../electron/data/droppedKind';
import { AppError } from '../../shared/lib/appError';

const folder = mkdtempSync(join(tmpdir(), 'twintrain-dropped-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, contents: string | Buffer) => {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
};
const zip = Buffer.from('PK\u0003\u0004rest', 'latin1');

test.each([
  ['a.twintrain', '{"twintrain": "project"}', 'project'],
  ['renamed.txt', '\ufeff\n  {"twintrain": "project"}', 'project'],
  ['model.json', '{"class_name": "Sequential"}', 'model'],
  ['tfjs.json', '{"format": "layers-model", "modelTopology": {}}', 'model'],
  ['old.h5', Buffer.from('\u0089HDF\r\n\u001a\n', 'latin1'), 'model'],
  ['new.keras', zip, 'model'],
  ['b.twintrain.zip', zip, 'bundle'],
  ['rows.csv', 'a,b\n1,2\n', 'table'],
  ['rows.TSV', 'a\tb\n1\t2\n', 'table'],
  ['x.npy', Buffer.from('\u0093NUMPY\u0001\u0000', 'latin1'), 'npy'],
] as const)('%s', (name, contents, kind) => {
  expect(droppedKind(file(name, contents))).toBe(kind);
});

test('a folder with subfolders is taken as pictures', () => {
  mkdirSync(join(folder, 'pictures/cat'), { recursive: true });
  expect(droppedKind(join(folder, 'pictures'))).toBe('images');
});

test.each([
  ['other.docx', zip, 'zip file of another kind'],
  ['photo.jpg', Buffer.from([0xff, 0xd8, 0xff]), 'Drop a project'],
  ['empty.bin', '', 'Drop a project'],
  ['package.json', '{"name": "x"}', 'neither a project nor a model'],
  ['broken.json', '{"twintrain": ', 'not JSON'],
] as const)('%s is refused in a sentence', (name, contents, words) => {
  expect(refusal(file(name, contents))).toContain(words);
});

test('folders without pictures, and missing paths, are refused with a message', () => {
  mkdirSync(join(folder, 'run'));
  file('run/run.json', '{}');
  expect(droppedKind(join(folder, 'run'))).toBe('run');
  mkdirSync(join(folder, 'several/one'), { recursive: true });
  file('several/one/run.json', '{}');
  expect(droppedKind(join(folder, 'several'))).toBe('runs');
  mkdirSync(join(folder, 'none'));
  expect(refusal(join(folder, 'none'))).toContain('folder for each class');
  expect(refusal(join(folder, 'gone.csv'))).toContain('There is no file');
});

function refusal(path: string): string {
  try {
    return droppedKind(path);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${error.message} ${error.remedy}`;
  }
}
