import { shapeOfFacts, type DataFacts } from '../../shared/architecture/dataFacts';
import { trainingProblems } from '../../shared/architecture/dataFit';
import type { Architecture } from '../../shared/architecture/architecture';
import type { Problem } from '../../shared/architecture/forwardPlan';
import type { Api } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { DataSource } from '../../shared/data/dataSource';

/** Before that, what is read so far says little about the rest. */
const SOON_MS = 500;

/** What is known about the data chosen in Run; read as soon as it is chosen. */
export class DataLook {
  readonly #api: Api;
  #facts = $state.raw<DataFacts | null>(null);
  #error = $state.raw<WireError | null>(null);
  #isLooking = $state(false);
  /** Fraction read so far, from 0 to 1. */
  #share = $state(0);
  /** When reading began, in milliseconds of the page's clock. */
  #startedAt = 0;
  #secondsLeft = $state<number | null>(null);
  #isCancelled = $state(false);
  #asked = '';

  constructor(api: Api) {
    this.#api = api;
  }

  /** Null until it is read, or if it cannot be read. */
  get facts() {
    return this.#facts;
  }
  get error() {
    return this.#error;
  }
  get isLooking() {
    return this.#isLooking;
  }

  get share() {
    return this.#share;
  }
  /** Null while nothing can be said yet. */
  get secondsLeft() {
    return this.#secondsLeft;
  }
  /** The user did not want to wait. */
  get isCancelled() {
    return this.#isCancelled;
  }

  receive({ done, total }: { readonly done: number; readonly total: number }): void {
    this.#share = Math.min(1, done / total);
    const spentMs = performance.now() - this.#startedAt;
    this.#secondsLeft =
      spentMs < SOON_MS || this.#share === 0
        ? null
        : Math.ceil((spentMs * (1 - this.#share)) / this.#share / 1_000);
  }

  /** What was not read is checked when training starts. */
  async cancel(): Promise<void> {
    if (!this.#isLooking) return;
    this.#isCancelled = true;
    this.#isLooking = false;
    await this.#api.stopLooking(null);
  }

  async again(source: DataSource | null): Promise<void> {
    this.#asked = '';
    await this.look(source);
  }

  /** Reads it, unless it is what was asked for last. Null if no complete source is chosen. */
  async look(source: DataSource | null): Promise<void> {
    const asked = JSON.stringify(source);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#facts = null;
    this.#error = null;
    this.#isLooking = source !== null;
    this.#isCancelled = false;
    this.#share = 0;
    this.#startedAt = performance.now();
    this.#secondsLeft = null;
    if (source === null) return;
    try {
      const facts = await this.#api.lookAtData(source);
      if (this.#asked === asked) this.#facts = facts;
    } catch (error) {
      const wire = toWireError(error);
      // Another choice cancelled this read.
      if (this.#asked === asked && wire.code !== 'stopped') this.#error = wire;
    } finally {
      if (this.#asked === asked) this.#isLooking = false;
    }
  }

  /** The first reason why these networks do not fit this data; null if none is known. */
  misfit(networks: readonly Architecture[]): Problem | null {
    if (this.#facts === null) return null;
    const shape = shapeOfFacts(this.#facts);
    return networks.flatMap((network) => trainingProblems(network, shape))[0] ?? null;
  }
}
