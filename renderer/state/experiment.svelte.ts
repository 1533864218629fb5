import type { Api, ExperimentEvent, RunPlace } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { ArticleOptions } from '../../shared/protocols/articleOptions';
import type { PairKind } from '../../shared/protocols/pairs';
import type { ProtocolResult } from '../../shared/protocols/protocolResult';
import type { EngineRecord } from '../../shared/runs/run';
import { Curve } from './curve';
import { TrainingProgress } from './trainingProgress.svelte';

export type Phase =
  'idle' | 'starting' | 'running' | 'stopping' | 'finished' | 'stopped' | 'failed';

export interface TrainerFailure {
  readonly protocol: number;
  readonly pair: PairKind;
  readonly error: WireError;
}

/** The experiment on screen: what was asked, what arrives, how it ended. */
export class ExperimentState {
  readonly #api: Api;
  readonly #progress: TrainingProgress;
  #phase = $state<Phase>('idle');
  #options = $state.raw<ArticleOptions | null>(null);
  #results = $state.raw<readonly ProtocolResult[]>([]);
  #failures = $state.raw<readonly TrainerFailure[]>([]);
  #error = $state.raw<WireError | null>(null);
  #engine = $state.raw<EngineRecord | null>(null);
  #current = $state.raw<RunPlace | null>(null);
  #stepsPerRun = $state(0);
  /** Moves when curves grew; the curves themselves are plain arrays. */
  #revision = $state(0);
  #curves = new Map<string, Curve>();
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
  get options() {
    return this.#options;
  }
  get results() {
    return this.#results;
  }
  get failures() {
    return this.#failures;
  }
  get error() {
    return this.#error;
  }
  get engine() {
    return this.#engine;
  }
  /** The run that a loss arrived from last. */
  get current() {
    return this.#current;
  }
  get stepsPerRun() {
    return this.#stepsPerRun;
  }
  get progress() {
    return this.#progress.value;
  }

  /**
   * The losses that arrived, step 1 first; null where none did. A new view for every change, so
   * that what derives from it follows.
   */
  losses(protocol: number, pair: PairKind, model: 'a' | 'b'): Float32Array | null {
    void this.#revision;
    return this.#curves.get(keyOf({ protocol, pair, model }))?.values() ?? null;
  }

  async start(options: ArticleOptions): Promise<void> {
    if (this.isBusy) return;
    this.#phase = 'starting';
    this.#options = options;
    this.#results = [];
    this.#failures = [];
    this.#error = null;
    this.#engine = null;
    this.#current = null;
    this.#curves = new Map();
    this.#revision++;
    this.#stepsPerRun = 0;
    this.#progress.reset();
    this.#experiment = null;
    this.#nextNumber = 0;
    try {
      const { experiment } = await this.#api.startArticle(options);
      this.#experiment = experiment;
    } catch (error) {
      this.#fail(toWireError(error));
    }
  }

  async stop(): Promise<void> {
    if (this.#experiment === null || !this.isBusy) return;
    this.#phase = 'stopping';
    await this.#api.stopExperiment({ experiment: this.#experiment });
  }

  dismissError(): void {
    this.#error = null;
  }

  report(error: unknown): void {
    this.#error = toWireError(error);
  }

  receive(event: ExperimentEvent): void {
    // The first event may overtake the answer that names the experiment; the main process runs one
    // at a time, so it can only be ours. Events of one that was left behind are dropped.
    if (this.#phase === 'starting') this.#experiment ??= event.experiment;
    if (event.experiment !== this.#experiment || event.number < this.#nextNumber) return;
    this.#nextNumber = event.number + 1;
    this.#progress.tick();
    switch (event.type) {
      case 'planned':
        this.#progress.plan(event.runs * event.stepsPerRun);
        this.#stepsPerRun = event.stepsPerRun;
        if (this.#phase === 'starting') this.#phase = 'running';
        break;
      case 'run-started':
        this.#engine = event.engine;
        break;
      case 'losses': {
        const key = keyOf(event.place);
        const curve = this.#curves.get(key) ?? new Curve();
        curve.add(event.firstStep, event.losses);
        this.#curves.set(key, curve);
        this.#current = event.place;
        this.#progress.add(event.losses.length);
        this.#revision++;
        break;
      }
      case 'run-ended':
        if (event.outcome.error !== null && event.outcome.status === 'failed') {
          this.#addFailure({ ...event.place, error: event.outcome.error as WireError });
        }
        break;
      case 'trainer-failed':
        this.#addFailure(event);
        break;
      case 'result':
        this.#results = [...this.#results, event.result];
        break;
      case 'ended':
        this.#phase = event.how;
        break;
      case 'failed':
        this.#fail(event.error);
        break;
    }
  }

  #addFailure({ protocol, pair, error }: TrainerFailure): void {
    this.#failures = [...this.#failures, { protocol, pair, error }];
  }

  #fail(error: WireError): void {
    this.#phase = 'failed';
    this.#error = error;
  }
}

function keyOf({ protocol, pair, model }: RunPlace): string {
  return `${protocol}/${pair}/${model}`;
}
