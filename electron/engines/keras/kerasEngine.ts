import { homedir } from 'node:os';
import { join } from 'node:path';
import { engineOf, type EngineChoice } from '../../../shared/engines/engineCatalog';
import type { KerasBackend } from '../../../shared/engines/keras';
import type { Get } from '../../runtime/download';
import type { SpawnTrainer } from '../../training/trainerProcess';
import { kerasPython, namedPython, type Making } from './environment';
import { kerasTrainer, type Prepare } from './kerasTrainer';
import { ensureUv } from './uv';

/** Keras' environments of this user and the processes in them. */
export class KerasEngine {
  readonly #folder: string;
  readonly #index: string;
  readonly #get: Get;
  readonly #pythons = new Map<KerasBackend, string>();
  readonly spawn: SpawnTrainer;

  /**
   * @param folder with `python` and `requirements`
   * @param index URL of the Python package index
   */
  constructor(folder: string, index: string, get: Get, prepare: Prepare) {
    this.#folder = folder;
    this.#index = index;
    this.#get = get;
    this.spawn = kerasTrainer(
      (backend) => this.#pythons.get(backend) ?? 'python3',
      join(folder, 'python/child.py'),
      prepare,
    );
  }

  /**
   * Makes sure that a Keras engine's environment is there; TensorFlow.js needs none.
   * @throws {AppError} runtime-missing, download-failed, disk-full, stopped
   */
  async ready(choice: EngineChoice, making: Making): Promise<void> {
    const id = engineOf(choice);
    if (id === 'tfjs') return;
    const backend = id.slice('keras-'.length) as KerasBackend;
    const named = process.env['TWINTRAIN_KERAS_PYTHON'];
    if (named) {
      this.#pythons.set(backend, await namedPython(named, backend));
      return;
    }
    const cache = cacheRoot();
    const places = {
      cache,
      requirements: join(this.#folder, 'requirements'),
      uv: (signal: AbortSignal) => ensureUv(cache, this.#index, this.#get, signal),
    };
    this.#pythons.set(backend, await kerasPython(backend, places, making));
  }
}

/** Cache folder for environments, outside any checkout. */
function cacheRoot(): string {
  const own = process.env['TWINTRAIN_CACHE'];
  return own || join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'twintrain');
}
