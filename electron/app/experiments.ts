import os from 'node:os';
import type {
  ExperimentEvent,
  ResumedExperiment,
  RunningExperiment,
} from '../../shared/ipc/contract';
import type { EngineChoice } from '../../shared/engines/engineCatalog';
import { AppError, toWireError } from '../../shared/lib/appError';
import type { ArticleOptions } from '../../shared/protocols/articleOptions';
import type { Project } from '../../shared/training/projectFile';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import type { DataSource } from '../../shared/data/dataSource';
import type { ExperimentFile } from '../../shared/runs/experimentFile';
import type { Making } from '../engines/keras/runUv';
import { replayBundle } from '../bundle/replayBundle';
import type { Replayable } from './bundles';
import { experimentName, runArticle } from '../training/runArticle';
import { runProject } from '../training/runProject';
import { noExperiment, resumedFrom } from './session/lastSession';
import { inUtility } from './inUtility';
import { readExperiment } from '../runs/experimentFile';
import { makeNewFolder } from '../files/writeFolder';
import type { RunningScript } from '../training/trainerHost';
import { processesFor, type ExperimentPorts, type TrainingPorts } from '../training/ports';
import type { TrainAgainPorts } from '../training/trainAgain';
import type { SpawnTrainer } from '../training/trainerProcess';

type Unnumbered<T> = T extends unknown ? Omit<T, 'experiment' | 'number'> : never;

/** What is trained, as the page would ask for it; a replay belongs to the page that opened its bundle. */
type Asked = ResumedExperiment | { readonly kind: 'replay' };

/** The experiment to resume, and its folder. */
interface Before {
  readonly folder: string;
  readonly before: ExperimentFile;
}

interface Current {
  readonly id: string;
  readonly asked: Asked;
  readonly events: ExperimentEvent[];
  readonly abort: AbortController;
  done: Promise<void>;
  readonly running: Map<string, RunningScript>;
}

interface Job {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly emit: (event: Unnumbered<ExperimentEvent>) => void;
  readonly running: Map<string, RunningScript>;
}

/** Called when an experiment has its folder, and when it is over. */
export interface ExperimentNote {
  readonly experimentBegins: (folder: string) => void;
  readonly experimentEnds: () => void;
}

/** The engines of the app. */
export interface Engines {
  readonly spawn: SpawnTrainer;
  readonly ready: (engine: EngineChoice, making: Making) => Promise<void>;
}

/** The experiments of the app: one at a time, each in child processes, reported to the page as events. */
export class Experiments {
  readonly #engines: Engines;
  readonly #runsFolder: string;
  readonly #datasetsFolder: string;
  readonly #workerEntry: string;
  readonly #emit: (event: ExperimentEvent) => void;
  readonly #note: ExperimentNote;
  #current: Current | null = null;
  /** What was trained last, for a page that reloads. */
  #last: Current | null = null;
  #count = 0;

  constructor(
    engines: Engines,
    folders: { readonly runs: string; readonly datasets: string; readonly worker: string },
    emit: (event: ExperimentEvent) => void,
    note: ExperimentNote,
  ) {
    this.#engines = engines;
    this.#note = note;
    this.#runsFolder = folders.runs;
    this.#datasetsFolder = folders.datasets;
    this.#workerEntry = folders.worker;
    this.#emit = emit;
  }

  /** Reads data in a process of its own. @throws {AppError} file-not-found, bad-data, stopped */
  lookAtData(
    source: DataSource,
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void = () => {},
  ): Promise<DataFacts> {
    const task = { kind: 'look-at-data', source, datasetsFolder: this.#datasetsFolder } as const;
    return inUtility<DataFacts>(this.#workerEntry, task, signal, onProgress);
  }

  /** @throws {AppError} busy */
  start(options: ArticleOptions, now: Date): string {
    return this.#begin(experimentName('article', now), { kind: 'article', options }, (job) =>
      this.#article(options, job),
    );
  }

  /** @throws {AppError} busy */
  startProject(project: Project, now: Date): string {
    return this.#begin(experimentName('project', now), { kind: 'project', project }, (job) =>
      this.#project(project, job),
    );
  }

  /**
   * Trains what is missing in the folder of an interrupted experiment.
   * @throws {AppError} busy, bad-run-folder
   */
  resume(folder: string, now: Date): string {
    const before = readExperiment(folder);
    if (before === null) throw noExperiment(folder);
    const asked = resumedFrom(before);
    return this.#begin(experimentName(before.kind, now), asked, (job) =>
      asked.kind === 'project'
        ? this.#project(asked.project, job, { folder, before })
        : this.#article(asked.options, job, { folder, before }),
    );
  }

  /** @throws {AppError} busy */
  startReplay(bundle: Replayable, now: Date): string {
    return this.#begin(experimentName('replay', now), { kind: 'replay' }, (job) =>
      this.#replay(bundle, job),
    );
  }

  #begin(name: string, asked: Asked, work: (job: Job) => Promise<void>): string {
    this.refuseWhileTraining();
    const id = `${name}-${++this.#count}`;
    const abort = new AbortController();
    const current: Current = {
      id,
      asked,
      events: [],
      abort,
      done: Promise.resolve(),
      running: new Map(),
    };
    this.#current = current;
    current.done = this.#follow(id, abort.signal, current, work).finally(() => {
      this.#last = current;
      this.#current = null;
      this.#note.experimentEnds();
    });
    return id;
  }

  /** @throws {AppError} busy */
  refuseWhileTraining(): void {
    if (this.#current === null) return;
    throw new AppError('busy', 'An experiment is running.', 'Stop it, or wait until it ends.');
  }

  get isTraining(): boolean {
    return this.#current !== null && this.#current.asked.kind !== 'replay';
  }

  stop(id: string): void {
    if (this.#current?.id === id) this.#current.abort.abort();
  }

  /**
   * What a new page needs to follow the current training or to show the last one; null if there
   * was none. A replay is stopped:
   * the page that showed its bundle is gone.
   */
  takeOver(): RunningExperiment | null {
    const own = this.#current ?? this.#last;
    if (own === null) return null;
    const { id, asked, events } = own;
    const isOver = own !== this.#current;
    if (asked.kind !== 'replay') return { experiment: id, events, isOver, ...asked };
    if (!isOver) this.stop(id);
    return null;
  }

  /** Stops whatever runs and waits until its processes are gone. */
  async shutDown(): Promise<void> {
    this.#current?.abort.abort();
    await this.#current?.done;
  }

  /** Pauses the trainers at their next step, or lets them continue. */
  pause(id: string, isPaused: boolean): void {
    if (this.#current?.id !== id) return;
    for (const running of this.#current.running.values()) {
      if (isPaused) running.pause();
      else running.goOn();
    }
  }

  async #follow(
    id: string,
    signal: AbortSignal,
    { running, events }: Current,
    work: (job: Job) => Promise<void>,
  ): Promise<void> {
    let number = 0;
    const emit = (event: Unnumbered<ExperimentEvent>) => {
      const own = { ...event, experiment: id, number: number++ } as ExperimentEvent;
      events.push(own);
      this.#emit(own);
    };
    // The caller learns the id before the first event.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await work({ id, signal, emit, running });
      emit({ type: 'ended', how: signal.aborted ? 'stopped' : 'finished' });
    } catch (error) {
      if (signal.aborted) emit({ type: 'ended', how: 'stopped' });
      else emit({ type: 'failed', error: toWireError(error) });
    }
  }

  /** What runs are trained again with, outside of an experiment. */
  trainingAgain(signal: AbortSignal): TrainAgainPorts {
    return {
      spawn: this.#engines.spawn,
      ready: (engine) => this.#engines.ready(engine, { signal, onProgress: () => {} }),
      datasetsFolder: this.#datasetsFolder,
      signal,
    };
  }

  #newFolder({ id }: Job, before: Before | null = null): string {
    const folder = before?.folder ?? makeNewFolder(this.#runsFolder, id);
    this.#note.experimentBegins(folder);
    return folder;
  }

  #training(job: Job): TrainingPorts {
    return {
      spawn: this.#engines.spawn,
      ready: (engine) =>
        this.#engines.ready(engine, {
          signal: job.signal,
          onProgress: (progress) => job.emit({ type: 'preparing', ...progress }),
        }),
      datasetsFolder: this.#datasetsFolder,
      now: () => new Date(),
      signal: job.signal,
      emit: job.emit,
    };
  }

  #ports(job: Job, before: Before | null): ExperimentPorts {
    return {
      ...this.#training(job),
      lookAtData: (source) => this.lookAtData(source, job.signal),
      folder: () => this.#newFolder(job, before),
      before: before?.before ?? null,
      processes: processesFor(os.cpus().length),
      onRunning: (runs, own) => {
        for (const run of runs) job.running.set(run, own);
      },
    };
  }

  async #article(options: ArticleOptions, job: Job, before: Before | null = null): Promise<void> {
    await runArticle(options, this.#ports(job, before));
  }

  async #project(project: Project, job: Job, before: Before | null = null): Promise<void> {
    await runProject(project, {
      ...this.#ports(job, before),
      // Both styles side by side, as they are shown.
      processes: () => 2,
      emit: (event) => {
        if (event.type === 'run-closed') job.running.delete(event.run);
        // The window already shows notes where the data is chosen.
        if (event.type !== 'note') job.emit(event);
      },
    });
  }

  async #replay({ index, folder, dataPath }: Replayable, job: Job): Promise<void> {
    await replayBundle(index, folder, {
      ...this.#training(job),
      folder: this.#newFolder(job),
      engine: null,
      threads: null,
      dataPath,
    });
  }
}
