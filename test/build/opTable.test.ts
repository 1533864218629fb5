import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { opTableText } from '../../build/opTable.mjs';
import { distFolder } from '../helpers/lab';

test('the table of operations is that of the pinned TensorFlow (else: node build/opTable.mjs)', () => {
  const file = join(dirname(distFolder), 'electron/engines/tfjs/trace/opTable.json');
  expect(readFileSync(file, 'utf8') === opTableText()).toBe(true);
});
