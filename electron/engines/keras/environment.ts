import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { engineCatalog } from '../../../shared/engines/engineCatalog';
import type { EnvironmentChoice } from '../../../shared/engines/environment';
import type { KerasBackend } from '../../../shared/engines/keras';
import { AppError } from '../../../shared/lib/appError';
import { takeLock } from '../../files/processLock';
import { makeFolder } from '../../files/writeFolder';
import { checkKeras, systemPython } from './pythons';
import { runUv, type Making } from './runUv';

/** Where environments lie, and what makes them. */
export interface EnvironmentPlaces {
  /** Of this user; an environment is a folder in it. */
  readonly cache: string;
  /** Folder of the pinned requirements, a file per backend. */
  readonly requirements: string;
  /** The package index to take releases from; null leaves it to uv's own settings. */
  readonly index: string | null;
  /** Makes sure that uv is there and returns its path. */
  readonly uv: (wheels: string | null, signal: AbortSignal) => Promise<string>;
}

/** What runs a training process. */
export interface KerasPython {
  readonly executable: string;
  /** Folders whose modules come before those of the environment. */
  readonly paths: readonly string[];
}

/** A choice with folders that the lab makes. */
export type MadeChoice = Exclude<EnvironmentChoice, { readonly kind: 'own' }>;

const LOCK_POLL_MS = 500;

/** Where the environment of a choice lies, whether it is there or not. @throws {AppError} runtime-missing */
export async function madePython(
  backend: KerasBackend,
  choice: MadeChoice,
  { cache, requirements }: EnvironmentPlaces,
): Promise<KerasPython & { readonly folder: string; readonly base: string }> {
  const base = await systemPython();
  const pins = readFileSync(join(requirements, `${backend}.txt`));
  const key = createHash('sha256').update(pins).update(base.version).digest('hex');
  const folder = join(cache, `keras-${backend}-${key.slice(0, 12)}`);
  return {
    folder,
    base: base.path,
    executable: join(folder, 'bin/python'),
    paths: choice.kind === 'release' ? [join(folder, 'releases', choice.keras)] : [],
  };
}

export function isThere({ executable, paths }: KerasPython): boolean {
  return [executable, ...paths].every(existsSync);
}

/**
 * Makes the environment of a choice if it is missing: by uv, on the system's Python, from requirements
 * that are all pinned by sha256. An attempt that was interrupted leaves what it fetched.
 * @param wheels a folder to install from instead of a package index
 * @throws {AppError} runtime-missing, download-failed, disk-full, stopped
 */
export async function makeEnvironment(
  backend: KerasBackend,
  choice: MadeChoice,
  wheels: string | null,
  places: EnvironmentPlaces,
  making: Making,
): Promise<KerasPython> {
  const made = await madePython(backend, choice, places);
  if (isThere(made)) return made;
  makeFolder(places.cache);
  const release = await lockInstallation(backend, places.cache, making);
  const cache = uvCacheOf(backend, places.cache);
  try {
    const install = installer(
      backend,
      await places.uv(wheels, making.signal),
      cache,
      wheels,
      places,
      making,
    );
    const overlay = made.paths[0] ?? null;
    // First, since it is small, and one that does not exist is known before the rest is fetched.
    const newer = overlay !== null && !existsSync(overlay) ? `${made.folder}.release.part` : null;
    if (newer !== null && choice.kind === 'release') {
      await installRelease(choice.keras, newer, made.base, install);
    }
    if (!existsSync(made.executable)) await installPinned(backend, made, places, install, making);
    if (newer !== null && overlay !== null) {
      await checkKeras(made.executable, backend, [newer], 'Choose another release of Keras.');
      makeFolder(dirname(overlay));
      renameSync(newer, overlay);
    }
    // Files of the environment are hard links into it, so that removing an environment frees its space.
    rmSync(cache, { recursive: true, force: true });
  } finally {
    release();
  }
  return made;
}

type Install = ReturnType<typeof installer>;

async function installPinned(
  backend: KerasBackend,
  { folder, base }: { readonly folder: string; readonly base: string },
  { requirements }: EnvironmentPlaces,
  install: Install,
  { onProgress }: Making,
): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  const { installs, label } = engineCatalog[`keras-${backend}`];
  onProgress({ what: `Installing ${installs}`, doneBytes: 0, totalBytes: 0 });
  const what = `Installing ${label}`;
  await install(what, ['venv', '--quiet', '--relocatable', '--python', base, part]);
  const python = join(part, 'bin/python');
  const pinned = [
    '--python',
    python,
    '--require-hashes',
    '-r',
    join(requirements, `${backend}.txt`),
  ];
  await install(what, ['pip', 'install', ...INSTALL_OPTIONS, ...pinned]);
  renameSync(part, folder);
}

async function installRelease(
  release: string,
  folder: string,
  base: string,
  install: Install,
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const name = release.includes('.dev') ? 'keras-nightly' : 'keras';
  const target = ['--python', base, '--target', folder, `${name}==${release}`];
  await install(`Installing Keras ${release}`, ['pip', 'install', ...INSTALL_OPTIONS, ...target]);
}

/**
 * Wheels only. Bytecode is compiled now: training processes write none, and without it each of them
 * would compile all that Keras imports, which takes twice as long as importing it.
 */
const INSTALL_OPTIONS = ['--no-deps', '--only-binary', ':all:', '--compile-bytecode'];

function installer(
  backend: KerasBackend,
  tool: string,
  cache: string,
  wheels: string | null,
  { index, requirements }: EnvironmentPlaces,
  making: Making,
) {
  const given = index === null ? [] : ['--default-index', index];
  const source = wheels === null ? given : ['--no-index', '--find-links', wheels];
  const remedy =
    wheels === null
      ? 'Check the connection to the Python package index, or the release that you chose, and try again; what was fetched so far is kept.'
      : `Fill ${wheels} on a machine with a network: pip download --require-hashes --no-deps -r ${join(requirements, `${backend}.txt`)} -d ${wheels}`;
  return (what: string, args: readonly string[]) => {
    const all = args[0] === 'pip' ? [...args, ...source] : args;
    return runUv({ tool, args: all, cache, what, remedy }, making);
  };
}

function uvCacheOf(backend: KerasBackend, cache: string): string {
  return join(cache, `keras-${backend}-uv-cache`);
}

/** Waits while another process installs the same. @returns a function that releases the lock */
async function lockInstallation(
  backend: KerasBackend,
  cache: string,
  { signal, onProgress }: Making,
): Promise<() => void> {
  for (;;) {
    const lock = takeLock(join(cache, `keras-${backend}.lock`));
    if (typeof lock === 'function') return lock;
    if (signal.aborted) {
      throw new AppError('stopped', 'Installing Keras was stopped.', 'Try again.');
    }
    const what = `Waiting for process ${lock.holder}, which is installing Keras`;
    onProgress({ what, doneBytes: 0, totalBytes: 0 });
    await setTimeout(LOCK_POLL_MS);
  }
}
