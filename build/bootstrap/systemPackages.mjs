// @ts-check
import { readFileSync } from 'node:fs';
import { hasCommand, outputOf, runToEnd, say } from './process.mjs';
import { systemParts } from './pins.mjs';
import { SetupError } from './setupError.mjs';

/**
 * @param {typeof systemParts} parts
 * @returns {string[]} Debian packages that this machine still lacks
 */
export function missingSystemPackages(parts = systemParts) {
  const libraries = outputOf('/sbin/ldconfig', ['-p']);
  return parts
    .filter(({ probe }) => {
      if ('command' in probe) return !hasCommand(probe.command);
      if ('library' in probe) return !libraries.includes(probe.library);
      return (
        outputOf('python3', [
          '-c',
          `import importlib.util as u; print(u.find_spec('${probe.python}') is not None)`,
        ]).trim() !== 'True'
      );
    })
    .map(({ debian }) => debian);
}

function isDebianLike() {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Installs what is missing as root; names the exact command otherwise.
 * @param {typeof systemParts} parts
 * @returns {Promise<void>}
 * @throws {SetupError} where packages are missing and cannot be installed from here
 */
export async function ensureSystemPackages(parts = systemParts) {
  const missing = missingSystemPackages(parts);
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!isDebianLike() || !hasCommand('apt-get')) {
    throw new SetupError(
      `This machine lacks: ${missing.join(', ')} (names of the Debian packages).`,
      'install their equivalents with the package manager of this system, then run the command again.',
    );
  }
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `This machine lacks the Debian packages ${missing.join(', ')}.`,
      `run: sudo apt-get update && sudo ${install}`,
    );
  }
  say(`installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const args = install.split(' ').slice(1);
  let result = await runToEnd('apt-get', args, { env, quiet: true });
  if (result.code !== 0) {
    // A new machine has no package lists yet.
    await runToEnd('apt-get', ['update'], { env, quiet: true });
    result = await runToEnd('apt-get', args, { env, quiet: true });
  }
  if (result.code !== 0) {
    throw new SetupError(
      `apt-get could not install ${missing.join(', ')}:\n${result.output.slice(-1500)}`,
      `mend what it names, then run: apt-get update && ${install}`,
    );
  }
}
