import type { ReplayedRun } from '../../shared/bundle/replay';
import { engineThatRan } from '../../shared/engines/engineCatalog';
import type { Api, ExperimentEvent } from '../../shared/ipc/contract';
import type { OpenedBundle } from '../../shared/bundle/openedBundle';
import type { BundleWork } from './bundleWork.svelte';
import { Curve } from './curve';
import { Followed, type Ensure } from './followed.svelte';

/** The bundle on screen: what was found, and its replay. */
export class BundleState extends Followed {
  readonly work: BundleWork;
  #opened = $state.raw<OpenedBundle | null>(null);
  #replayed = $state.raw<ReadonlyMap<string, ReplayedRun>>(new Map());
  /** Increases when curves grow; the curves themselves are plain arrays. */
  #revision = $state(0);
  #curves = new Map<string, Curve>();

  constructor(api: Api, clock: () => number, ensure: Ensure, work: BundleWork) {
    super(api, clock, ensure);
    this.work = work;
  }

  get opened() {
    return this.#opened;
  }
  get replayed() {
    return this.#replayed;
  }

  protected override get canBeResumed(): boolean {
    return false;
  }

  /** A new view for every change, so that derived values update. */
  replayedLosses(run: string): Float32Array | null {
    void this.#revision;
    return this.#curves.get(run)?.values() ?? null;
  }

  /** @param path null asks the user */
  async open(path: string | null): Promise<void> {
    await this.#take(() => this.api.openBundle({ path }));
  }

  /** Trains runs of this machine again, packed as a bundle. */
  async replayRuns(folders: readonly string[]): Promise<void> {
    const isOpen = await this.#take(() => this.api.openRunsAsBundle({ folders }));
    if (isOpen) await this.replay();
  }

  /** @returns whether another bundle is shown now */
  async #take(open: () => Promise<OpenedBundle | null>): Promise<boolean> {
    if (this.isBusy || this.work.progress !== null) return false;
    const before = this.#opened;
    await this.attempt(async () => {
      const opened = await this.work.during(open);
      if (opened === null) return;
      this.dismissError();
      this.#opened = opened;
      this.forget();
      this.clear();
    });
    return this.#opened !== before;
  }

  async replay(): Promise<void> {
    if (this.isBusy) return;
    const ran = this.#opened?.content?.runs.map((run) => engineThatRan(run.ran)) ?? [];
    await this.follow(ran, () => this.api.startReplay(null));
  }

  protected take(event: ExperimentEvent): void {
    if (event.type === 'losses') {
      const curve = this.#curves.get(event.run) ?? new Curve();
      curve.add(event.firstStep, event.losses);
      this.#curves.set(event.run, curve);
      this.#revision++;
    } else if (event.type === 'replayed') {
      this.#replayed = new Map(this.#replayed).set(event.result.run, event.result);
    }
  }

  protected clear(): void {
    this.#curves = new Map();
    this.#replayed = new Map();
    this.#revision++;
  }
}
