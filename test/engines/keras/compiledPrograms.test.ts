import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  keepPrograms,
  lendPrograms,
  programsFolder,
} from '../../../electron/engines/keras/compiledPrograms';
import { tempFolder } from '../../helpers/tempFolder';

test('what a process has compiled is there for the next one, whole, and only programs are', () => {
  const cache = tempFolder();
  const kept = programsFolder(cache);
  const [first, second] = [join(cache, 'first'), join(cache, 'second')];
  lendPrograms(kept, first);
  expect(readdirSync(first)).toEqual([]);
  writeFileSync(join(first, 'jit_step-abc-cache'), 'machine code');
  writeFileSync(join(first, 'jit_step-abc-atime'), '1');
  keepPrograms(first, kept);
  expect(readdirSync(kept)).toEqual(['jit_step-abc-cache']);
  lendPrograms(kept, second);
  expect(readFileSync(join(second, 'jit_step-abc-cache'), 'utf8')).toBe('machine code');
  // What was lent is not made again.
  writeFileSync(join(second, 'jit_loss-def-cache'), 'more');
  keepPrograms(second, kept);
  expect(readdirSync(kept).sort()).toEqual(['jit_loss-def-cache', 'jit_step-abc-cache']);
});

test('a folder that cannot be written costs time and nothing else', () => {
  const folder = tempFolder();
  const own = join(folder, 'own');
  mkdirSync(own);
  writeFileSync(join(own, 'jit_step-abc-cache'), 'machine code');
  writeFileSync(join(folder, 'file'), '');
  keepPrograms(own, join(folder, 'file/kept'));
  keepPrograms(join(folder, 'missing'), join(folder, 'kept'));
  expect(existsSync(join(folder, 'kept'))).toBe(false);
});
