import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from './compile.mjs';

/** Tests of whole commands run what a user runs: the compiled files. */
export default async function setup(): Promise<void> {
  // Data that an earlier run of the tests kept would not be read.
  rmSync(join(tmpdir(), 'twintrain-test-data'), { recursive: true, force: true });
  await compile();
}
