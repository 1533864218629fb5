import type { WeightStage } from '../../shared/evaluation/evaluation';
import type { ShownRow } from '../../shared/evaluation/shownRow';
import type { Predictions } from '../../shared/evaluation/predictionTable';
import type { Api } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { SavedNetwork, SaveFormatName } from '../../shared/saving/saveFormats';

/** A row of a run that is shown. */
export interface OpenRow {
  readonly row: number;
  readonly shown: ShownRow;
  /** What there is to say of it. */
  readonly caption: string;
}

type Work = 'predicting' | 'saving' | null;

/** What is done with a trained network: rows looked at, other rows predicted, files saved. */
export class Network {
  readonly #api: Api;
  #work = $state<Work>(null);
  #error = $state.raw<WireError | null>(null);
  #predictions = $state.raw<Predictions | null>(null);
  #predictionsFile = $state<string | null>(null);
  #saved = $state.raw<SavedNetwork | null>(null);
  #open = $state.raw<OpenRow | null>(null);
  format = $state<SaveFormatName>('keras');

  constructor(api: Api) {
    this.#api = api;
  }

  get work() {
    return this.#work;
  }
  get error() {
    return this.#error;
  }
  get predictions() {
    return this.#predictions;
  }
  /** Where all predictions were saved. */
  get predictionsFile() {
    return this.#predictionsFile;
  }
  get saved() {
    return this.#saved;
  }
  get open() {
    return this.#open;
  }

  async showRow(folder: string, row: number, caption: string): Promise<void> {
    await this.#attempt(async () => {
      const shown = await this.#api.rowOfRun({ folder, row });
      this.#open = { row, shown, caption };
    });
  }

  closeRow(): void {
    this.#open = null;
  }

  /** @param path of what was dropped; null asks */
  async predict(folder: string, weights: WeightStage, path: string | null): Promise<void> {
    if (this.#work !== null) return;
    await this.#attempt(async () => {
      const found = await this.#api.predictFile({ folder, weights, path });
      if (found === null) return;
      this.#predictions = found;
      this.#predictionsFile = null;
    }, 'predicting');
  }

  async savePredictions(): Promise<void> {
    await this.#attempt(async () => {
      this.#predictionsFile =
        (await this.#api.savePredictions(null))?.path ?? this.#predictionsFile;
    });
  }

  async save(folder: string, weights: WeightStage, name: string): Promise<void> {
    if (this.#work !== null) return;
    const { format } = this;
    await this.#attempt(async () => {
      this.#saved = (await this.#api.saveNetwork({ folder, weights, format, name })) ?? this.#saved;
    }, 'saving');
  }

  async stop(): Promise<void> {
    await this.#api.stopTrainingAgain(null);
  }

  dismissError(): void {
    this.#error = null;
  }

  async #attempt(action: () => Promise<void>, work: Work = null): Promise<void> {
    this.#error = null;
    if (work !== null) this.#work = work;
    try {
      await action();
    } catch (error) {
      const told = toWireError(error);
      if (told.code !== 'stopped') this.#error = told;
    } finally {
      if (work !== null) this.#work = null;
    }
  }
}
