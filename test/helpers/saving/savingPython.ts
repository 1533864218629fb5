import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureVenv } from '../../../build/bootstrap/pythonVenv.mjs';

const root = join(import.meta.dirname, '../../..');

/** The output of a script beside this file, with onnxruntime and safetensors, for its input. */
export async function answeredBySaving(script: string, input: string): Promise<string> {
  const python = await ensureVenv({
    name: 'saving',
    requirements: join(root, 'build/saving/requirements.txt'),
    what: 'onnxruntime and safetensors for the tests of saved networks (40 MB)',
  });
  const place = join(import.meta.dirname, script);
  const { status, stdout, stderr } = spawnSync(python, [place], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stderr.slice(-3000)}`);
  return stdout;
}
