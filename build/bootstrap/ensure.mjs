// @ts-check
import { fileURLToPath } from 'node:url';
import { hasCommand } from './process.mjs';
import { ensureElectron } from './electron.mjs';
import { ensureNpmPackages } from './npmPackages.mjs';
import { ensureSystemPackages } from './systemPackages.mjs';
import { ensureTensorflow } from './tensorflow.mjs';
import { SetupError } from './setupError.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Prepares the machine to run the app. Each part checks first and does nothing where all is
 * there, so that a repeated or interrupted set-up goes on from what is complete.
 *
 * @returns {Promise<{ electron: string }>}
 * @throws {SetupError}
 */
export async function ensureReady() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Twintrain's set-up from source knows Linux on x64, not ${process.platform} on ${process.arch}.`,
      'use a Linux x64 machine (Debian 12 is the one that is tested).',
    );
  }
  if (!hasCommand('npm'))
    throw new SetupError('npm is not on the PATH.', 'install Node.js 20.19 or newer with npm.');
  await ensureSystemPackages();
  await ensureNpmPackages(root);
  await ensureTensorflow(root);
  return { electron: await ensureElectron(root) };
}

/**
 * Prepares the machine and compiles the app: every command starts with this.
 * @returns {Promise<{ electron: string }>}
 */
export async function ensureCompiled() {
  const ready = await ensureReady();
  // Loaded only now: it needs the npm packages.
  const { compile } = await import('../compile.mjs');
  await compile();
  return ready;
}

/** Ends a command with its error; the stack trace only if it is a bug of ours. */
/** @param {unknown} error */
export function endWith(error) {
  const text =
    error instanceof SetupError
      ? error.message
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`\ntwintrain: ${text}\n`);
  process.exit(1);
}
