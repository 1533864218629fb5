// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, makeOnce } from '../bootstrap/cache.mjs';
import { root } from '../bootstrap/ensure.mjs';
import { runToEnd, say } from '../bootstrap/process.mjs';
import { SetupError } from '../bootstrap/setupError.mjs';

const TORCH = 'torch==2.15.0';

/**
 * A Python with the libraries that the bench compares with, made once: everything pinned by sha256
 * but torch, which brings gigabytes and is installed only when asked for.
 *
 * @param {{ withTorch: boolean }} options
 * @returns {Promise<string>} the executable
 * @throws {SetupError}
 */
export async function ensurePeers({ withTorch }) {
  const requirements = join(root, 'build/bench/requirements.txt');
  const contents = readFileSync(requirements, 'utf8') + (withTorch ? TORCH : '');
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const folder = await makeOnce(join(cacheRoot(), `bench-venv-${hash}`), async (work) => {
    say('installing Keras, TensorFlow and JAX for the bench (600 MB)');
    await run('python3', ['-m', 'venv', work], 'install Python 3.11 with its venv module.');
    const python = join(work, 'bin/python');
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    const check = 'check the connection; the pinned wheels are for CPython 3.11 on Linux x86-64.';
    await run(python, [...install, '--require-hashes', '--no-deps', '-r', requirements], check);
    if (withTorch) {
      say(`installing ${TORCH} (3 GB)`);
      await run(python, [...install, TORCH], check);
    }
  });
  return join(folder, 'bin/python');
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} remedy
 */
async function run(command, args, remedy) {
  const { code, output } = await runToEnd(command, args);
  if (code === 0) return;
  throw new SetupError(
    `${command} ${args.slice(0, 3).join(' ')} … failed:\n${output.slice(-1500)}`,
    remedy,
  );
}
