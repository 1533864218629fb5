import { shapeOfFacts, type DataFacts } from '../../shared/architecture/dataFacts';
import { trainingProblems } from '../../shared/architecture/dataFit';
import type { Architecture } from '../../shared/architecture/architecture';
import type { Problem } from '../../shared/architecture/forwardPlan';
import type { Api } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { DataSource } from '../../shared/runs/run';

/** What is known of the data that is chosen in Run; looked at as soon as it is chosen. */
export class DataLook {
  readonly #api: Api;
  #facts = $state.raw<DataFacts | null>(null);
  #error = $state.raw<WireError | null>(null);
  #isLooking = $state(false);
  #asked = '';

  constructor(api: Api) {
    this.#api = api;
  }

  /** Null until it is read, and where it cannot be. */
  get facts() {
    return this.#facts;
  }
  get error() {
    return this.#error;
  }
  get isLooking() {
    return this.#isLooking;
  }

  /** Reads it, unless it is what was asked for last. Null where no whole source is chosen. */
  async look(source: DataSource | null): Promise<void> {
    const asked = JSON.stringify(source);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#facts = null;
    this.#error = null;
    this.#isLooking = source !== null;
    if (source === null) return;
    try {
      const facts = await this.#api.lookAtData(source);
      if (this.#asked === asked) this.#facts = facts;
    } catch (error) {
      const wire = toWireError(error);
      // Another choice ended this look.
      if (this.#asked === asked && wire.code !== 'stopped') this.#error = wire;
    } finally {
      if (this.#asked === asked) this.#isLooking = false;
    }
  }

  /** The first thing that keeps these networks from this data; null where nothing is known to. */
  misfit(networks: readonly Architecture[]): Problem | null {
    if (this.#facts === null) return null;
    const shape = shapeOfFacts(this.#facts);
    return networks.flatMap((network) => trainingProblems(network, shape))[0] ?? null;
  }
}
