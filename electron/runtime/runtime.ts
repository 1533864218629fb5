import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RuntimeState } from '../../shared/ipc/contract';
import { AppError } from '../../shared/lib/appError';
import { makeFolder } from '../store/writeFolder';
import { inWorker } from '../worker/inWorker';
import { download, findOnIndex, type Get } from './download';
import { fetchedRuntime, findRuntime, runtimeParts, type RuntimePin } from './runtimeFolder';

const pinSchema = z.strictObject({
  project: z.string(),
  version: z.string(),
  file: z.string(),
  sha256: z.string(),
  downloadMiB: z.number(),
});

/**
 * The native TensorFlow of a packaged app: packed with it, or fetched at the first start. A checkout
 * has its own, where TensorFlow.js looks for it.
 */
export class Runtime {
  readonly #resources: string;
  readonly #userData: string;
  readonly #code: string;
  readonly #index: string;
  readonly #get: Get;
  readonly #pin: RuntimePin | null;
  #abort: AbortController | null = null;

  /**
   * @param places `code` has the compiled parts, `pin` is there in a package only, `index` is where
   *   Python's packages are
   */
  constructor(
    places: { resources: string; userData: string; code: string; pin: string; index: string },
    get: Get,
  ) {
    this.#resources = places.resources;
    this.#userData = places.userData;
    this.#code = places.code;
    this.#index = places.index;
    this.#get = get;
    this.#pin = existsSync(places.pin)
      ? pinSchema.parse(JSON.parse(readFileSync(places.pin, 'utf8')))
      : null;
  }

  get state(): RuntimeState {
    return {
      isReady: this.#pin === null || this.#folder() !== null,
      file: this.#pin?.file ?? '',
      downloadMiB: this.#pin?.downloadMiB ?? 0,
    };
  }

  /** What a training process needs in its environment. */
  variables(): Readonly<Record<string, string>> {
    const folder = this.#folder();
    return folder === null ? {} : { TWINTRAIN_BINDING: join(folder, runtimeParts.binding) };
  }

  /** @throws {AppError} download-failed, stopped, disk-full, cannot-write, busy */
  async fetch(onProgress: (done: number, total: number) => void): Promise<void> {
    await this.#once(async (pin, signal) => {
      const folder = makeFolder(join(this.#userData, 'runtime'));
      const wheel = join(folder, pin.file);
      const ports = { get: this.#get, signal, onProgress };
      if (!existsSync(wheel)) {
        const url = await findOnIndex(this.#index, pin.project, pin.file, ports);
        await download(url, pin.sha256, wheel, ports);
      }
      await this.#unpack(wheel, pin, signal);
      rmSync(wheel, { force: true });
    });
  }

  /** From a file that was fetched elsewhere. @throws {AppError} as `fetch` */
  async take(wheel: string): Promise<void> {
    await this.#once((pin, signal) => this.#unpack(wheel, pin, signal));
  }

  stop(): void {
    this.#abort?.abort();
  }

  async #unpack(wheel: string, pin: RuntimePin, signal: AbortSignal): Promise<void> {
    const folder = fetchedRuntime(this.#userData, pin);
    makeFolder(join(folder, '..'));
    const binding = join(this.#resources, 'binding', runtimeParts.binding);
    await inWorker(
      join(this.#code, 'worker.cjs'),
      { kind: 'unpack-runtime', wheel, sha256: pin.sha256, binding, folder },
      signal,
      () => {},
    );
  }

  async #once(work: (pin: RuntimePin, signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#pin === null) return;
    if (this.#abort !== null) {
      throw new AppError('busy', 'It is being fetched already.', 'Wait for its end or stop it.');
    }
    this.#abort = new AbortController();
    try {
      await work(this.#pin, this.#abort.signal);
    } finally {
      this.#abort = null;
    }
  }

  #folder(): string | null {
    if (this.#pin === null) return null;
    return findRuntime([
      join(this.#resources, 'runtime'),
      fetchedRuntime(this.#userData, this.#pin),
    ]);
  }
}
