import type { Api } from '../../shared/ipc/contract';
import type { Device, RuntimeState } from '../../shared/ipc/runtimeState';
import { toWireError, type WireError } from '../../shared/lib/appError';

export interface FetchProgress {
  readonly done: number;
  readonly total: number;
}

/** The device that training runs on, and whether its native runtime is installed. */
export class DeviceState {
  readonly #api: Api;
  readonly #clock: () => number;
  #runtime = $state.raw<RuntimeState | null>(null);
  #progress = $state.raw<FetchProgress | null>(null);
  #error = $state.raw<WireError | null>(null);
  /** As TensorFlow reported it in the last training; null before the first. */
  #used = $state<string | null>(null);
  #startedAt = 0;

  /** @param clock milliseconds */
  constructor(api: Api, clock: () => number) {
    this.#api = api;
    this.#clock = clock;
  }

  get runtime() {
    return this.#runtime;
  }
  get progress() {
    return this.#progress;
  }
  get error() {
    return this.#error;
  }
  get chosen(): Device {
    return this.#runtime?.device ?? 'cpu';
  }
  /** The chosen one's runtime; null in a checkout. */
  get chosenRuntime() {
    return this.#runtime?.devices.find(({ device }) => device === this.chosen) ?? null;
  }
  /** In a checkout there is nothing to choose. */
  get canChoose(): boolean {
    return (this.#runtime?.devices.length ?? 0) > 1;
  }
  /** GPU or CPU: what was used last, and until then what is chosen. */
  get name(): string {
    return this.#used ?? (this.chosen === 'cuda' ? 'GPU' : 'CPU');
  }
  /** TensorFlow silently falls back to the CPU where it finds no graphics card. */
  get isOtherThanChosen(): boolean {
    return this.#used === 'CPU' && this.chosen === 'cuda';
  }
  get secondsLeft(): number | null {
    if (this.#progress === null || this.#progress.done === 0) return null;
    const { done, total } = this.#progress;
    return Math.ceil(((this.#clock() - this.#startedAt) / 1_000 / done) * (total - done));
  }

  used(device: string): void {
    this.#used = device;
  }

  receive(progress: FetchProgress): void {
    if (this.#progress !== null) this.#progress = progress;
  }

  load(): Promise<void> {
    return this.#attempt(() => this.#api.runtimeState(null));
  }

  async choose(device: Device): Promise<void> {
    await this.#attempt(() => this.#api.chooseDevice({ device }));
    this.#used = null;
  }

  fetch(): Promise<void> {
    return this.#work(() => this.#api.fetchRuntime(null));
  }

  takeFile(): Promise<void> {
    return this.#work(() => this.#api.chooseRuntime(null));
  }

  async stop(): Promise<void> {
    await this.#api.stopRuntime(null);
  }

  dismissError(): void {
    this.#error = null;
  }

  async #work(ask: () => Promise<RuntimeState>): Promise<void> {
    this.#progress = { done: 0, total: 0 };
    this.#startedAt = this.#clock();
    await this.#attempt(ask);
    this.#progress = null;
  }

  async #attempt(ask: () => Promise<RuntimeState>): Promise<void> {
    this.#error = null;
    try {
      this.#runtime = await ask();
    } catch (error) {
      this.#error = toWireError(error);
    }
  }
}
