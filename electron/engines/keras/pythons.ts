import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OLDEST_MINOR } from '../../../shared/engines/environment';
import type { KerasBackend } from '../../../shared/engines/keras';
import { AppError } from '../../../shared/lib/appError';

const execute = promisify(execFile);

/** Minor versions of CPython 3 that the pinned releases have wheels for, the preferred one first. */
const MINORS = [11, 12, 13] as const;

export interface SystemPython {
  readonly path: string;
  /** Major and minor: 3.11. */
  readonly version: string;
}

/** @throws {AppError} runtime-missing */
export async function systemPython(): Promise<SystemPython> {
  for (const name of [...MINORS.map((minor) => `python3.${minor}`), 'python3']) {
    // Debian's python3-minimal lacks half of the standard library, ctypes with it.
    const ask = 'import ctypes, sys; print("%d.%d" % sys.version_info[:2], sys.executable)';
    const said = await execute(name, ['-c', ask], { timeout: 20_000 }).catch(() => null);
    const [version = '', ...path] = (said?.stdout ?? '').trim().split(' ');
    if (MINORS.some((minor) => version === `3.${minor}`)) return { path: path.join(' '), version };
  }
  throw new AppError(
    'runtime-missing',
    'Keras needs Python 3.11, 3.12 or 3.13 with its standard library, and none of them was found.',
    'Install one (on Debian and Ubuntu: "apt install python3"), then run again.',
  );
}

/**
 * Checks that a Python has a release of Keras 3 that can be recorded, with a backend.
 * @param paths where it looks for modules first
 * @returns the release of Keras, and the Python by its own path
 * @throws {AppError} runtime-missing
 */
export async function checkKeras(
  python: string,
  backend: KerasBackend,
  paths: readonly string[],
  remedy: string,
): Promise<{ readonly keras: string; readonly path: string }> {
  const library = { jax: 'jax', tensorflow: 'tensorflow', torch: 'torch' }[backend];
  const ask = `import keras, numpy, sys, ${library}; print(keras.__version__, sys.executable)`;
  const env = { ...process.env, KERAS_BACKEND: backend, PYTHONPATH: paths.join(':') };
  const said = await execute(python, ['-c', ask], { env, timeout: 120_000 }).catch(
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const answer = said instanceof Error ? '' : (said.stdout.trim().split('\n').at(-1) ?? '');
  const [version = '', ...path] = answer.split(' ');
  const [major, minor] = version.split('.').map(Number);
  if (major === 3 && (minor ?? 0) >= OLDEST_MINOR) {
    return { keras: version, path: path.join(' ') };
  }
  const why =
    said instanceof Error
      ? whyNot(said.message)
      : `it has Keras ${version || 'of unknown version'}, and a fit can be recorded from 3.${OLDEST_MINOR} on.`;
  throw new AppError(
    'runtime-missing',
    `${python} cannot train with Keras on ${backend}: ${why}`,
    remedy,
  );
}

/** The last line of a traceback, or what keeps the program from starting. */
function whyNot(message: string): string {
  if (/\b(EACCES|ENOENT|ENOEXEC)\b/.test(message))
    return 'it is not a program that can be started.';
  const lines = message
    .replace(/^Command failed: .*/, '')
    .trim()
    .split('\n')
    .filter(Boolean);
  return lines.at(-1) ?? 'it did not start.';
}
