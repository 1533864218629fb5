// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd, say } from './process.mjs';
import { SetupError } from './setupError.mjs';

/**
 * Installs exactly what the lock file names, without lifecycle scripts.
 * @param {string} root of the checkout
 * @returns {Promise<void>}
 */
export async function ensureNpmPackages(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules/.twintrain-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing npm packages from package-lock.json');
  const { code, output } = await runToEnd(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      cwd: root,
      quiet: true,
    },
  );
  if (code !== 0) {
    throw new SetupError(
      `npm ci failed:\n${output.slice(-1500)}`,
      'check the connection to the npm registry (and proxy settings), then run the command again.',
    );
  }
  writeFileSync(stamp, lock);
}
