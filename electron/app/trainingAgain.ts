import { AppError } from '../../shared/lib/appError';
import type { RepeatPorts } from '../training/trainRepeats';
import type { Experiments } from './experiments';

/** Work that trains runs again outside of experiments: one at a time, and none while an experiment trains. */
export class TrainingAgain {
  readonly #experiments: Experiments;
  readonly #onPhase: (phase: string) => void;
  #current: AbortController | null = null;

  constructor(experiments: Experiments, onPhase: (phase: string) => void) {
    this.#experiments = experiments;
    this.#onPhase = onPhase;
  }

  /** @throws {AppError} busy, and what the work throws */
  async do<T>(work: (ports: RepeatPorts) => Promise<T>): Promise<T> {
    if (this.#current !== null) {
      throw new AppError('busy', 'Runs are being trained again.', 'Wait, or stop it.');
    }
    this.#experiments.refuseWhileTraining();
    const abort = new AbortController();
    this.#current = abort;
    try {
      return await work({
        ...this.#experiments.trainingAgain(abort.signal),
        onPhase: this.#onPhase,
        now: () => new Date(),
      });
    } finally {
      this.#current = null;
    }
  }

  stop(): void {
    this.#current?.abort();
  }
}
