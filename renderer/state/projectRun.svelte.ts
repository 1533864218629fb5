import type { Style } from '../../shared/architecture/architecture';
import type { Api, ExperimentEvent } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import type { EngineRecord, EpochRecord } from '../../shared/runs/run';
import type { Project } from '../../shared/training/projectFile';
import { Curve } from './curve';
import type { Phase } from './experiment.svelte';
import { TrainingProgress } from './trainingProgress.svelte';

interface StyleRun {
  readonly curve: Curve;
  readonly epochs: readonly EpochRecord[];
}

/** The training of the network being built, in its styles side by side. */
export class ProjectRun {
  readonly #api: Api;
  readonly #progress: TrainingProgress;
  #phase = $state<Phase>('idle');
  #project = $state.raw<Project | null>(null);
  #stepsPerRun = $state(0);
  #engine = $state.raw<EngineRecord | null>(null);
  #comparison = $state.raw<Comparison | null>(null);
  #runFolders = $state.raw<Readonly<Partial<Record<Style, string>>>>({});
  #failures = $state.raw<readonly WireError[]>([]);
  #error = $state.raw<WireError | null>(null);
  /** Paused, or about to be. */
  #isPaused = $state(false);
  /** Moves when curves grew; the curves themselves are plain arrays. */
  #revision = $state(0);
  #runs = new Map<Style, StyleRun>();
  #experiment: string | null = null;
  #nextNumber = 0;

  constructor(api: Api, clock: () => number) {
    this.#api = api;
    this.#progress = new TrainingProgress(clock);
  }

  get phase() {
    return this.#phase;
  }
  get isBusy() {
    return this.#phase === 'starting' || this.#phase === 'running' || this.#phase === 'stopping';
  }
  get isPaused() {
    return this.#isPaused;
  }
  get project() {
    return this.#project;
  }
  get stepsPerRun() {
    return this.#stepsPerRun;
  }
  get engine() {
    return this.#engine;
  }
  get comparison() {
    return this.#comparison;
  }
  get runFolders() {
    return this.#runFolders;
  }
  get failures() {
    return this.#failures;
  }
  get error() {
    return this.#error;
  }
  get progress() {
    return this.#progress.value;
  }

  /** A new view for every change, so that what derives from it follows. */
  losses(style: Style): Float32Array | null {
    void this.#revision;
    return this.#runs.get(style)?.curve.values() ?? null;
  }

  epochs(style: Style): readonly EpochRecord[] {
    void this.#revision;
    return this.#runs.get(style)?.epochs ?? [];
  }

  async start(project: Project): Promise<void> {
    if (this.isBusy) return;
    this.#phase = 'starting';
    this.#project = project;
    this.#stepsPerRun = 0;
    this.#engine = null;
    this.#comparison = null;
    this.#runFolders = {};
    this.#failures = [];
    this.#error = null;
    this.#isPaused = false;
    this.#runs = new Map();
    this.#revision++;
    this.#experiment = null;
    this.#nextNumber = 0;
    this.#progress.reset();
    try {
      const { experiment } = await this.#api.startProject(project);
      this.#experiment = experiment;
    } catch (error) {
      this.#phase = 'failed';
      this.#error = toWireError(error);
    }
  }

  async stop(): Promise<void> {
    if (this.#experiment === null || !this.isBusy) return;
    this.#phase = 'stopping';
    await this.#api.stopExperiment({ experiment: this.#experiment });
  }

  async setPaused(isPaused: boolean): Promise<void> {
    if (this.#experiment === null || this.#phase !== 'running') return;
    if (!isPaused) this.#progress.skip();
    this.#isPaused = isPaused;
    await this.#api.pauseExperiment({ experiment: this.#experiment, isPaused });
  }

  dismissError(): void {
    this.#error = null;
  }

  report(error: unknown): void {
    this.#error = toWireError(error);
  }

  receive(event: ExperimentEvent): void {
    // The first event may overtake the answer that names the experiment.
    if (this.#phase === 'starting') this.#experiment ??= event.experiment;
    if (event.experiment !== this.#experiment || event.number < this.#nextNumber) return;
    this.#nextNumber = event.number + 1;
    switch (event.type) {
      case 'planned':
        this.#stepsPerRun = event.stepsPerRun;
        this.#progress.plan(event.runs * event.stepsPerRun);
        if (this.#phase === 'starting') this.#phase = 'running';
        break;
      case 'run-started':
        this.#engine = event.engine;
        // Starting is no training: the rate counts from here.
        if (this.#progress.value.done === 0) this.#progress.skip();
        break;
      case 'losses':
        this.#change(event.place.model, ({ curve, epochs }) => {
          curve.add(event.firstStep, event.losses);
          return { curve, epochs };
        });
        this.#progress.add(event.losses.length);
        break;
      case 'epoch-ended':
        this.#change(event.place.model, ({ curve, epochs }) => ({
          curve,
          epochs: [...epochs, event.record],
        }));
        break;
      case 'run-ended':
        if (event.outcome.status === 'failed' && event.outcome.error !== null) {
          this.#failures = [...this.#failures, event.outcome.error as WireError];
        }
        break;
      case 'trainer-failed':
        this.#failures = [...this.#failures, event.error];
        break;
      case 'compared':
        this.#comparison = event.comparison;
        this.#runFolders = event.runFolders;
        break;
      case 'ended':
        this.#phase = event.how;
        break;
      case 'failed':
        this.#phase = 'failed';
        this.#error = event.error;
        break;
    }
  }

  #change(model: 'a' | 'b', change: (run: StyleRun) => StyleRun): void {
    const style = model === 'a' ? 'sequential' : 'subclass';
    this.#runs.set(style, change(this.#runs.get(style) ?? { curve: new Curve(), epochs: [] }));
    this.#revision++;
  }
}
