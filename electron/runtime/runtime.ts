import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Device, DeviceRuntime, RuntimeState } from '../../shared/ipc/runtimeState';
import { AppError } from '../../shared/lib/appError';
import { makeFolder } from '../files/writeFolder';
import { writeWhole } from '../files/writeFile';
import { inWorker } from '../worker/inWorker';
import { download, findOnIndex, type Get } from './download';
import {
  fetchedRuntime,
  findRuntime,
  runtimeParts,
  runtimePinsSchema,
  runtimeVariables,
  type RuntimePin,
} from './runtimeFolder';

const MEBIBYTE = 1024 * 1024;
const choiceSchema = z.strictObject({ version: z.literal(1), device: z.enum(['cpu', 'cuda']) });

/**
 * The native TensorFlow of a packaged app, for the CPU or an NVIDIA GPU: packed with it,
 * or fetched on first use. A checkout has its own, where TensorFlow.js looks for it.
 */
export class Runtime {
  readonly #resources: string;
  readonly #userData: string;
  readonly #code: string;
  readonly #index: string;
  readonly #get: Get;
  readonly #driver: string;
  readonly #pins: Readonly<Record<Device, RuntimePin>> | null;
  #device: Device;
  #abort: AbortController | null = null;

  /**
   * @param places `code` has the compiled parts, `pin` exists only in a package, `index` is the
   *   Python package index, `driver` is the file with the version of NVIDIA's driver
   */
  constructor(
    places: {
      resources: string;
      userData: string;
      code: string;
      pin: string;
      index: string;
      driver: string;
    },
    get: Get,
  ) {
    this.#resources = places.resources;
    this.#userData = places.userData;
    this.#code = places.code;
    this.#index = places.index;
    this.#driver = places.driver;
    this.#get = get;
    this.#pins = existsSync(places.pin)
      ? runtimePinsSchema.parse(JSON.parse(readFileSync(places.pin, 'utf8')))
      : null;
    this.#device = this.#pins === null ? 'cpu' : this.#kept();
  }

  get state(): RuntimeState {
    return {
      device: this.#device,
      devices: this.#pins === null ? [] : [this.#stateOf('cpu'), this.#stateOf('cuda')],
      driver: this.#driverLine(),
    };
  }

  /** @throws {AppError} busy, refused, cannot-write, disk-full */
  choose(device: Device): void {
    if (this.#abort !== null) throw busy();
    if (this.#pins === null && device !== 'cpu') {
      throw new AppError(
        'refused',
        'A checkout trains only on the CPU.',
        'Install a package of Twintrain to train on an NVIDIA card.',
      );
    }
    this.#device = device;
    writeWhole(this.#choiceFile, JSON.stringify({ version: 1, device }));
  }

  /** @throws {AppError} runtime-missing */
  assertReady(): void {
    if (this.#pins === null || this.#folder(this.#device) !== null) return;
    throw new AppError(
      'runtime-missing',
      `TensorFlow for ${this.#device === 'cuda' ? 'the NVIDIA card' : 'the processor'} is not installed yet.`,
      'Fetch it, or take it from a file, with the buttons at the top of the window.',
    );
  }

  /** What a training process needs in its environment. */
  variables(): Readonly<Record<string, string>> {
    const folder = this.#folder(this.#device);
    return folder === null ? {} : runtimeVariables(folder);
  }

  /** @throws {AppError} download-failed, stopped, disk-full, cannot-write, busy */
  async fetch(onProgress: (done: number, total: number) => void): Promise<void> {
    await this.#once(async (device, pin, signal) => {
      const folder = makeFolder(join(this.#userData, 'runtime'));
      const total = pin.wheels.reduce((sum, own) => sum + own.downloadMiB, 0) * MEBIBYTE;
      let before = 0;
      for (const { project, file, sha256, downloadMiB } of pin.wheels) {
        const wheel = join(folder, file);
        const tell = (done: number, own: number) =>
          // The total of several wheels is only as exact as the pins; a single one reports its size.
          onProgress(before + done, pin.wheels.length === 1 ? own : Math.max(total, before + done));
        const ports = { get: this.#get, signal, onProgress: tell };
        if (!existsSync(wheel)) {
          const url = await findOnIndex(this.#index, project, file, ports);
          await download(url, sha256, wheel, ports);
        }
        before += downloadMiB * MEBIBYTE;
      }
      onProgress(total, total);
      const wheels = pin.wheels.map(({ file }) => join(folder, file));
      await this.#unpack(device, wheels, pin, signal);
      for (const wheel of wheels) rmSync(wheel, { force: true });
    });
  }

  /**
   * Installs from files that were fetched elsewhere: `wheel` is one of them, the others are beside it.
   * @throws {AppError} as `fetch`, and file-not-found naming what is missing
   */
  async take(wheel: string): Promise<void> {
    await this.#once(async (device, pin, signal) => {
      const folder = dirname(wheel);
      const wheels =
        pin.wheels.length === 1 ? [wheel] : pin.wheels.map(({ file }) => join(folder, file));
      const missing = wheels.filter((path) => !existsSync(path));
      if (missing.length > 0) {
        throw new AppError(
          'file-not-found',
          `${folder} has no ${missing.map((path) => basename(path)).join(', ')}.`,
          'Put all files named in the window into one folder.',
        );
      }
      await this.#unpack(device, wheels, pin, signal);
    });
  }

  stop(): void {
    this.#abort?.abort();
  }

  async #unpack(
    device: Device,
    paths: readonly string[],
    pin: RuntimePin,
    signal: AbortSignal,
  ): Promise<void> {
    const folder = fetchedRuntime(this.#userData, device, pin);
    makeFolder(dirname(folder));
    const binding = join(this.#resources, 'binding', runtimeParts.binding);
    const wheels = paths.map((path, index) => ({
      path,
      sha256: pin.wheels[index]?.sha256 ?? '',
    }));
    await inWorker(
      join(this.#code, 'worker.cjs'),
      { kind: 'unpack-runtime', wheels, binding, folder },
      signal,
      () => {},
    );
  }

  async #once(
    work: (device: Device, pin: RuntimePin, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    if (this.#pins === null) return;
    if (this.#abort !== null) throw busy();
    this.#abort = new AbortController();
    try {
      await work(this.#device, this.#pins[this.#device], this.#abort.signal);
    } finally {
      this.#abort = null;
    }
  }

  #stateOf(device: Device): DeviceRuntime {
    const wheels = this.#pins?.[device].wheels ?? [];
    return {
      device,
      isReady: this.#folder(device) !== null,
      files: wheels.map(({ file }) => file),
      downloadMiB: wheels.reduce((sum, { downloadMiB }) => sum + downloadMiB, 0),
    };
  }

  #folder(device: Device): string | null {
    if (this.#pins === null) return null;
    return findRuntime([
      ...(device === 'cpu' ? [join(this.#resources, 'runtime')] : []),
      fetchedRuntime(this.#userData, device, this.#pins[device]),
    ]);
  }

  get #choiceFile(): string {
    return join(this.#userData, 'device.json');
  }

  /** The device chosen before; the CPU if that cannot be read. */
  #kept(): Device {
    try {
      return choiceSchema.parse(JSON.parse(readFileSync(this.#choiceFile, 'utf8'))).device;
    } catch {
      return 'cpu';
    }
  }

  /** First line of what the driver reports; null if there is no driver. */
  #driverLine(): string | null {
    try {
      return (readFileSync(this.#driver, 'utf8').split('\n')[0] ?? '').trim() || null;
    } catch {
      return null;
    }
  }
}

function busy(): AppError {
  return new AppError(
    'busy',
    'It is already being fetched.',
    'Wait until it has finished, or stop it.',
  );
}
