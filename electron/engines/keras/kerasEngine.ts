import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { engineOf, type EngineChoice } from '../../../shared/engines/engineCatalog';
import { backendOf } from '../../../shared/engines/environment';
import type { KerasBackend } from '../../../shared/engines/keras';
import type { Get } from '../../runtime/download';
import type { SpawnTrainer } from '../../training/trainerProcess';
import type { KerasPython } from './environment';
import { programsFolder } from './compiledPrograms';
import { KerasEnvironments } from './environments';
import { makeSavedModel, type SavedModelMaker } from './savedModel';
import { kerasTrainer, type Prepare } from './kerasTrainer';
import type { Making } from './runUv';
import { ensureUv } from './uv';

const DEFAULT_INDEX = 'https://pypi.org/simple';

/** Keras: its environments of this user, and the processes in them. */
export class KerasEngine {
  readonly #pythons = new Map<KerasBackend, KerasPython>();
  readonly environments: KerasEnvironments;
  readonly spawn: SpawnTrainer;
  readonly #folder: string;

  /**
   * @param folder with `python` and `requirements`
   * @param index of Python packages; null is PyPI, or what uv is set to
   */
  constructor(folder: string, index: string | null, get: Get, prepare: Prepare) {
    this.#folder = folder;
    const cache = cacheRoot();
    this.environments = new KerasEnvironments(
      {
        cache,
        requirements: join(folder, 'requirements'),
        index,
        uv: (wheels, signal) =>
          ensureUv(cache, { index: index ?? DEFAULT_INDEX, get, wheels }, signal),
      },
      process.env['TWINTRAIN_KERAS_PYTHON'] || null,
    );
    this.spawn = kerasTrainer(
      (backend) => this.#pythons.get(backend) ?? { executable: 'python3', paths: [] },
      join(folder, 'python/child.py'),
      prepare,
      programsFolder(cache),
    );
  }

  /**
   * Makes sure that the environment of an engine is there; other engines need none.
   * @throws {AppError} runtime-missing, download-failed, disk-full, stopped
   */
  async ready(choice: EngineChoice, making: Making): Promise<void> {
    const id = engineOf(choice);
    if (id === 'tfjs') return;
    const backend = backendOf(id);
    this.#pythons.set(backend, await this.environments.python(backend, making));
  }

  /**
   * Makes a SavedModel of a `.keras` file, in the environment for TensorFlow, which must be there by then.
   * @throws {AppError} stopped, internal
   */
  async savedModel(file: string, folder: string, signal: AbortSignal): Promise<void> {
    await makeSavedModel(this.forSavedModel(), [file, folder], signal);
  }

  /** What does that, for a thread. */
  forSavedModel(): SavedModelMaker {
    const python = this.#pythons.get('tensorflow') ?? { executable: 'python3', paths: [] };
    return { ...python, script: join(this.#folder, 'python/saved_model.py') };
  }
}

/** The folder for what is made once, outside any checkout. */
function cacheRoot(): string {
  const own = process.env['TWINTRAIN_CACHE'];
  return resolve(
    own || join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'twintrain'),
  );
}
