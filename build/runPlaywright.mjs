// @ts-check
import { join } from 'node:path';
import { root } from './bootstrap/ensure.mjs';
import { runToEnd } from './bootstrap/process.mjs';

/**
 * Playwright on an invisible display, so that its windows take no focus.
 * @param {string} config below build/ @param {readonly string[]} [args]
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 */
export function runPlaywright(config, args = [], options = {}) {
  const playwright = join(root, 'node_modules/.bin/playwright');
  const words = ['-a', playwright, 'test', '--config', join('build', config), ...args];
  return runToEnd('xvfb-run', words, { cwd: root, ...options });
}
