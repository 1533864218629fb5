import type { Evaluation, WeightStage } from '../../shared/evaluation/evaluation';
import type { Api } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';

/** Which weights are evaluated: of one moment, or two side by side. */
export type ShownWeights = WeightStage | 'final and best';

/** What the networks of runs are worth, by their folders, for as long as the page lives. */
export class Results {
  readonly #api: Api;
  #found = $state.raw<ReadonlyMap<string, Evaluation>>(new Map());
  #error = $state.raw<WireError | null>(null);
  /** The run that is evaluated now. */
  #current = $state.raw<string | null>(null);
  #isStopping = $state(false);
  weights = $state<ShownWeights>('final');

  /** The weights whose results are shown side by side. */
  get stages(): readonly WeightStage[] {
    return this.weights === 'final and best' ? ['final', 'best'] : [this.weights];
  }

  constructor(api: Api) {
    this.#api = api;
  }

  get error() {
    return this.#error;
  }
  get current() {
    return this.#current;
  }
  get isStopping() {
    return this.#isStopping;
  }

  of(folder: string, stage: WeightStage): Evaluation | null {
    return this.#found.get(keyOf(folder, stage)) ?? null;
  }

  /** One after the other; what was found before stays. */
  async evaluate(folders: readonly string[]): Promise<void> {
    if (this.#current !== null) return;
    this.#error = null;
    this.#isStopping = false;
    const asked = this.stages.flatMap((weights) =>
      folders.flatMap((folder) => (this.of(folder, weights) === null ? [{ folder, weights }] : [])),
    );
    try {
      for (const { folder, weights } of asked) {
        if (this.#isStopping) break;
        this.#current = folder;
        const found = await this.#api.evaluateRun({ folder, weights });
        this.#found = new Map(this.#found).set(keyOf(folder, weights), found);
      }
    } catch (error) {
      const told = toWireError(error);
      if (told.code !== 'stopped') this.#error = told;
    } finally {
      this.#current = null;
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#api.stopTrainingAgain(null);
  }

  dismissError(): void {
    this.#error = null;
  }
}

function keyOf(folder: string, weights: WeightStage): string {
  return `${folder}\n${weights}`;
}
