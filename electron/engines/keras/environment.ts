import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installsOf } from '../../../shared/engines/engineCatalog';
import { AppError } from '../../../shared/lib/appError';
import type { KerasBackend } from '../../../shared/engines/keras';
import { makeFolder } from '../../files/writeFolder';

const execute = promisify(execFile);

/** Where environments are kept, and what they are made with. */
export interface EnvironmentPlaces {
  /** This user's cache; each environment is a folder in it. */
  readonly cache: string;
  /** Folder of the pinned requirements, one file per backend. */
  readonly requirements: string;
  /** Makes sure that uv is there and returns its path. */
  readonly uv: (signal: AbortSignal) => Promise<string>;
}

export interface Making {
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** Minor versions of CPython 3 that the pinned releases have wheels for, the preferred one first. */
const MINORS = [11, 12, 13] as const;

/**
 * The Python of a backend's environment. If there is none, uv makes it on the system's Python, from
 * requirements that are all pinned by sha256. An interrupted attempt keeps what it fetched.
 * @returns the executable
 * @throws {AppError} runtime-missing, download-failed, disk-full, stopped
 */
export async function kerasPython(
  backend: KerasBackend,
  { cache, requirements, uv }: EnvironmentPlaces,
  { signal, onProgress }: Making,
): Promise<string> {
  const file = join(requirements, `${backend}.txt`);
  const base = await systemPython();
  const key = createHash('sha256').update(readFileSync(file)).update(base.version).digest('hex');
  const folder = join(cache, `keras-${backend}-${key.slice(0, 12)}`);
  const python = join(folder, 'bin/python');
  if (existsSync(python)) return python;
  makeFolder(cache);
  const tool = await uv(signal);
  onProgress(`Installing ${installsOf(`keras-${backend}`)}`);
  const part = `${folder}.part-${process.pid}`;
  rmSync(part, { recursive: true, force: true });
  try {
    await run(tool, ['venv', '--quiet', '--relocatable', '--python', base.path, part], signal);
    const target = ['--python', join(part, 'bin/python')];
    const pinned = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '-r', file];
    await run(tool, ['pip', 'install', '--quiet', ...target, ...pinned], signal);
    if (!existsSync(python)) renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return python;
}

/**
 * A Python that the user names in place of ours, used as it is: the releases it has are recorded.
 * @throws {AppError} runtime-missing if it has no Keras 3 with that backend
 */
export async function namedPython(path: string, backend: KerasBackend): Promise<string> {
  const library = { jax: 'jax', tensorflow: 'tensorflow', torch: 'torch' }[backend];
  const ask = `import keras, numpy, ${library}; print(keras.__version__)`;
  const env = { ...process.env, KERAS_BACKEND: backend };
  const said = await execute(path, ['-c', ask], { env, timeout: 120_000 }).catch(
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const version = said instanceof Error ? '' : said.stdout.trim();
  if (version.startsWith('3.')) return path;
  const why =
    said instanceof Error
      ? lastLine(said.message)
      : `it has Keras ${version || 'of unknown version'}.`;
  throw new AppError(
    'runtime-missing',
    `${path} cannot train with Keras on ${backend}: ${why}`,
    `Install keras, numpy and ${library} there, or unset TWINTRAIN_KERAS_PYTHON.`,
  );
}

/** @throws {AppError} runtime-missing */
async function systemPython(): Promise<{ readonly path: string; readonly version: string }> {
  for (const name of [...MINORS.map((minor) => `python3.${minor}`), 'python3']) {
    const ask = 'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)';
    const said = await execute(name, ['-c', ask], { timeout: 20_000 }).catch(() => null);
    const [version = '', path = ''] = (said?.stdout ?? '').trim().split(' ');
    if (MINORS.some((minor) => version === `3.${minor}`)) return { path, version };
  }
  throw new AppError(
    'runtime-missing',
    'Keras needs Python 3.11, 3.12 or 3.13, and none of them was found.',
    'Install one (on Debian and Ubuntu: "apt install python3"), then run again.',
  );
}

/** @throws {AppError} download-failed, disk-full, stopped */
async function run(tool: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(tool, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (signal.aborted) {
      throw new AppError(
        'stopped',
        'Installing Keras was stopped.',
        'It continues from here next time.',
      );
    }
    if (code === 0) return;
    if (/No space left|os error 28/.test(said)) {
      throw new AppError(
        'disk-full',
        `The disk is full: ${lastLine(said)}`,
        'Make room and try again.',
      );
    }
    throw new AppError(
      'download-failed',
      `Keras could not be installed: ${lastLine(said)}`,
      'Check the connection to the Python package index and try again; what was fetched so far is kept.',
    );
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').filter(Boolean).slice(-3).join(' ') || 'uv did not say why.';
}
