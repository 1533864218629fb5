import type { Api } from '../../shared/ipc/contract';
import {
  engineOf,
  installsOf,
  type EngineChoice,
  type EngineId,
} from '../../shared/engines/engineCatalog';
import type {
  EngineEnvironment,
  InstallProgress,
  KerasEngineId,
} from '../../shared/engines/environment';
import { toWireError, type WireError } from '../../shared/lib/appError';

/** The Python environments of Keras, and the question before the first is installed. */
export class EnvironmentState {
  readonly #api: Api;
  #list = $state.raw<readonly EngineEnvironment[]>([]);
  #progress = $state.raw<InstallProgress | null>(null);
  #isWorking = $state(false);
  #isListed = false;
  #error = $state.raw<WireError | null>(null);
  /** What a training that waits for the answer would install. */
  #asked = $state.raw<readonly KerasEngineId[]>([]);
  #answer: (isReady: boolean) => void = () => {};

  constructor(api: Api) {
    this.#api = api;
  }

  get list() {
    return this.#list;
  }
  get progress() {
    return this.#progress;
  }
  get isWorking() {
    return this.#isWorking;
  }
  get error() {
    return this.#error;
  }
  /** Empty where no question is open. */
  get asked() {
    return this.#asked;
  }

  receive(progress: InstallProgress): void {
    if (this.#isWorking) this.#progress = progress;
  }

  /** Lists what there is, unless that was done; a failure is told where it matters. */
  loadOnce(): void {
    if (this.#isListed) return;
    this.#isListed = true;
    void this.load().then(() => this.dismissError());
  }

  load(): Promise<boolean> {
    return this.#attempt(() => this.#api.environments(null));
  }

  install(engine: KerasEngineId, isFromFolder = false): Promise<boolean> {
    return this.#attempt(() => this.#api.installEnvironment({ engine, isFromFolder }));
  }

  remove(engine: KerasEngineId): Promise<boolean> {
    return this.#attempt(() => this.#api.removeEnvironment({ engine }));
  }

  choosePinned(engine: KerasEngineId): Promise<boolean> {
    return this.#attempt(() => this.#api.chooseEnvironment({ engine, choice: { kind: 'pinned' } }));
  }

  chooseRelease(engine: KerasEngineId, keras: string): Promise<boolean> {
    return this.#attempt(() =>
      this.#api.chooseEnvironment({ engine, choice: { kind: 'release', keras } }),
    );
  }

  /** The user is asked for a Python. */
  chooseOwn(engine: KerasEngineId): Promise<boolean> {
    return this.#attempt(() => this.#api.chooseEnvironment({ engine, choice: { kind: 'own' } }));
  }

  async stop(): Promise<void> {
    await this.#api.stopInstalling(null);
  }

  /** What a choice would install, as text for the user; null if nothing, or as long as that is not known. */
  installsOf(choice: EngineChoice): string | null {
    const id = engineOf(choice);
    const isMissing = this.#list.some(({ engine, isInstalled }) => engine === id && !isInstalled);
    return isMissing ? installsOf(choice) : null;
  }

  /**
   * Whether these engines can train: at once where nothing is missing, else when the user has had it
   * installed. False where the user does not want it.
   */
  async ensure(engines: readonly EngineId[]): Promise<boolean> {
    const ids = new Set(engines);
    if ([...ids].every((id) => id === 'tfjs')) return true;
    // What cannot be listed is refused by the training itself, in words.
    if (!(await this.load())) return true;
    const missing = this.#missing(ids);
    if (missing.length === 0) return true;
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#asked = missing;
    });
  }

  /** The answer to the question: installs all that is missing. */
  async accept(isFromFolder: boolean): Promise<void> {
    for (const engine of this.#asked) {
      if (!(await this.install(engine, isFromFolder))) return;
    }
    // A folder that was not chosen leaves it missing.
    if (this.#missing(new Set(this.#asked)).length === 0) this.#settle(true);
  }

  refuse(): void {
    this.#settle(false);
  }

  dismissError(): void {
    this.#error = null;
  }

  #settle(isReady: boolean): void {
    this.#asked = [];
    this.#error = null;
    this.#answer(isReady);
  }

  #missing(ids: ReadonlySet<string>): KerasEngineId[] {
    return this.#list.flatMap(({ engine, isInstalled }) =>
      ids.has(engine) && !isInstalled ? [engine] : [],
    );
  }

  async #attempt(ask: () => Promise<readonly EngineEnvironment[]>): Promise<boolean> {
    this.#error = null;
    this.#isWorking = true;
    try {
      this.#list = await ask();
      return true;
    } catch (error) {
      const told = toWireError(error);
      if (told.code !== 'stopped') this.#error = told;
      return false;
    } finally {
      this.#isWorking = false;
      this.#progress = null;
    }
  }
}
