import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureVenv } from '../../../build/bootstrap/pythonVenv.mjs';

const root = join(import.meta.dirname, '../../..');

/** A Python with NumPy, pandas, pyarrow, Pillow and scikit-learn. */
export function dataPython(): Promise<string> {
  return ensureVenv({
    name: 'data',
    requirements: join(root, 'build/data/requirements.txt'),
    what: 'pandas, pyarrow, Pillow and scikit-learn for the tests of data (140 MB)',
  });
}

/** What a script prints as JSON; it finds `input` in `given`. */
export async function fromPython<T>(script: string, input: unknown): Promise<T> {
  const out = execFileSync(
    await dataPython(),
    ['-c', `import json, sys\ngiven = json.load(sys.stdin)\n${script}`],
    { input: JSON.stringify(input), maxBuffer: 256 * 1024 * 1024, encoding: 'utf8' },
  );
  return JSON.parse(out) as T;
}
