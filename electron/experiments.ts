import os from 'node:os';
import type { ExperimentEvent } from '../shared/ipc/contract';
import { AppError, toWireError } from '../shared/lib/appError';
import type { ArticleOptions } from '../shared/protocols/articleOptions';
import { experimentName, runArticle } from './experiment/runArticle';
import { makeNewFolder } from './store/writeFolder';
import type { SpawnTrainer } from './trainerHost';

type Unnumbered<T> = T extends unknown ? Omit<T, 'experiment' | 'number'> : never;

/** The experiments of the app: one at a time, each in child processes, told to the page as events. */
export class Experiments {
  readonly #spawn: SpawnTrainer;
  readonly #runsFolder: string;
  readonly #datasetsFolder: string;
  readonly #emit: (event: ExperimentEvent) => void;
  #current: { readonly id: string; readonly abort: AbortController; done: Promise<void> } | null =
    null;
  #count = 0;

  constructor(
    spawn: SpawnTrainer,
    folders: { readonly runs: string; readonly datasets: string },
    emit: (event: ExperimentEvent) => void,
  ) {
    this.#spawn = spawn;
    this.#runsFolder = folders.runs;
    this.#datasetsFolder = folders.datasets;
    this.#emit = emit;
  }

  /** @throws {AppError} busy */
  start(options: ArticleOptions, now: Date): string {
    if (this.#current !== null) {
      throw new AppError('busy', 'An experiment is running.', 'Stop it or wait for its end.');
    }
    const id = `${experimentName(now)}-${++this.#count}`;
    const abort = new AbortController();
    const current = { id, abort, done: Promise.resolve() };
    this.#current = current;
    current.done = this.#run(id, options, abort.signal).finally(() => {
      this.#current = null;
    });
    return id;
  }

  stop(id: string): void {
    if (this.#current?.id === id) this.#current.abort.abort();
  }

  /** Stops whatever runs and waits until its processes are gone. */
  async shutDown(): Promise<void> {
    this.#current?.abort.abort();
    await this.#current?.done;
  }

  async #run(id: string, options: ArticleOptions, signal: AbortSignal): Promise<void> {
    let number = 0;
    const emit = (event: Unnumbered<ExperimentEvent>) =>
      this.#emit({ ...event, experiment: id, number: number++ } as ExperimentEvent);
    // The caller learns the id before the first event.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await runArticle(options, {
        spawn: this.#spawn,
        datasetsFolder: this.#datasetsFolder,
        folder: () => makeNewFolder(this.#runsFolder, id),
        cpuCount: os.cpus().length,
        now: () => new Date(),
        signal,
        onPlan: (plan) => emit({ type: 'planned', ...plan }),
        onEvent: (where, event) => {
          if (event.type === 'run-started') {
            emit({
              type: event.type,
              place: { ...where, model: event.model },
              engine: event.engine,
            });
          } else if (event.type === 'losses') {
            const { type, firstStep, losses } = event;
            emit({ type, place: { ...where, model: event.model }, firstStep, losses });
          } else if (event.type === 'run-ended') {
            emit({
              type: event.type,
              place: { ...where, model: event.model },
              outcome: event.outcome,
            });
          }
        },
        onFailure: (where, error) => {
          if (error.code !== 'stopped')
            emit({ type: 'trainer-failed', ...where, error: toWireError(error) });
        },
        onResult: (result) => emit({ type: 'result', result }),
      });
      emit({ type: 'ended', how: signal.aborted ? 'stopped' : 'finished' });
    } catch (error) {
      emit({ type: 'failed', error: toWireError(error) });
    }
  }
}
