// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, makeOnce } from './cache.mjs';
import { runToEnd, say } from './process.mjs';
import { SetupError } from './setupError.mjs';

/**
 * A virtual environment, made once per list of requirements, each pinned by sha256. `extra`
 * is installed with its dependencies.
 *
 * @param {{ name: string, requirements: string, extra?: readonly string[], what: string }} options
 *   `requirements` is a file, `what` tells the user what is being installed and how large it is
 * @returns {Promise<string>} the executable
 * @throws {SetupError}
 */
export async function ensureVenv({ name, requirements, extra = [], what }) {
  const contents = readFileSync(requirements, 'utf8') + extra.join(' ');
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const folder = await makeOnce(join(cacheRoot(), `${name}-venv-${hash}`), async (work) => {
    say(`installing ${what}`);
    // The machine's own pip installs into it: Debian packages venv's pip separately.
    await run('python3', ['-m', 'venv', '--without-pip', work], 'install Python 3.11.');
    const python = ['-m', 'pip', '--python', join(work, 'bin/python')];
    const install = [...python, 'install', '--quiet', '--disable-pip-version-check'];
    const check = 'check the connection; the pinned wheels are for CPython 3.11 on Linux x86-64.';
    await run('python3', [...install, '--require-hashes', '--no-deps', '-r', requirements], check);
    if (extra.length > 0) await run('python3', [...install, ...extra], check);
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
