import type { Api, ExperimentEvent, RunningExperiment } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { InstallProgress } from '../../shared/engines/environment';
import type { EngineId, EnvironmentRecord } from '../../shared/engines/engineCatalog';
import type { PlannedRun } from '../../shared/training/trainingEvent';
import { TrainingProgress } from './trainingProgress.svelte';

export type Phase =
  | 'idle'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'finished'
  | 'stopped'
  /** It ended, but not all of its runs completed. */
  | 'incomplete'
  | 'failed';

/** Whether these engines can train, once the user has answered. */
export type Ensure = (engines: readonly EngineId[]) => Promise<boolean>;

/** A training that the main process runs, followed from start to end. */
export abstract class Followed {
  protected readonly api: Api;
  readonly #progress: TrainingProgress;
  #phase = $state<Phase>('idle');
  #error = $state.raw<WireError | null>(null);
  #ran = $state.raw<EnvironmentRecord | null>(null);
  #runs = $state.raw<readonly PlannedRun[]>([]);
  #experiment: string | null = null;
  /** Whether the screen already shows this training, not the previous one. */
  #isPlanned = false;
  #phaseBefore: Phase = 'idle';
  #failures = 0;
  /** What is being prepared before training starts; null if nothing is. */
  #preparing = $state.raw<InstallProgress | null>(null);
  /** The folder of its runs; null until there is one. */
  #folder = $state<string | null>(null);
  #nextNumber = 0;

  readonly #ensure: Ensure;

  /**
   * @param clock milliseconds
   * @param ensure asks the user before anything is installed for a training
   */
  constructor(api: Api, clock: () => number, ensure: Ensure) {
    this.api = api;
    this.#ensure = ensure;
    this.#progress = new TrainingProgress(clock);
  }

  get phase() {
    return this.#phase;
  }
  get isBusy() {
    return this.#phase === 'starting' || this.#phase === 'running' || this.#phase === 'stopping';
  }
  get error() {
    return this.#error;
  }
  /** What it runs on; null until it runs. */
  get ran() {
    return this.#ran;
  }
  /** Of the longest run. */
  get stepsPerRun() {
    return this.#runs.reduce((most, { steps }) => Math.max(most, steps), 0);
  }
  /** All runs that are or were trained. */
  get runs() {
    return this.#runs;
  }
  get preparing() {
    return this.isBusy ? this.#preparing : null;
  }
  get progress() {
    return this.#progress.value;
  }

  /** The folder of what was interrupted, to be resumed; null where nothing was. */
  get toResume(): string | null {
    const isBroken = ['stopped', 'failed', 'incomplete'].includes(this.#phase);
    return isBroken && this.canBeResumed ? this.#folder : null;
  }
  /** Not true of a replay, which starts over. */
  protected get canBeResumed(): boolean {
    return true;
  }

  /** What the main process calls it; null before it answered. */
  protected get experiment(): string | null {
    return this.#experiment;
  }

  /**
   * Starts a training; a refusal is shown as an error next to what was there before, which is
   * replaced only once the new one is planned. Null means that the user cancelled.
   */
  protected async follow(
    engines: readonly EngineId[],
    ask: () => Promise<{ readonly experiment: string } | null>,
  ): Promise<void> {
    if (!(await this.#ensure(engines))) return;
    this.#begin(null);
    try {
      const started = await ask();
      if (started === null) this.#phase = this.#phaseBefore;
      else this.#experiment = started.experiment;
    } catch (error) {
      this.#fail(toWireError(error));
    }
  }

  /** Continues what an earlier page began, from all of its events so far. */
  protected adopt({ experiment, events }: RunningExperiment): void {
    this.#begin(experiment);
    for (const event of events) this.receive(event);
    // Replayed events arrive all at once, and say nothing about the rate.
    this.#progress.skip();
  }

  #begin(experiment: string | null): void {
    this.#phaseBefore = this.#phase;
    this.#phase = 'starting';
    this.#isPlanned = false;
    this.#failures = 0;
    this.#preparing = null;
    this.#error = null;
    this.#experiment = experiment;
    this.#nextNumber = 0;
  }

  /** The followed training belongs to something that is no longer shown. */
  protected forget(): void {
    this.#phase = 'idle';
    this.#folder = null;
    this.#ran = null;
    this.#progress.reset();
  }

  async stop(): Promise<void> {
    if (this.#experiment === null || !this.isBusy) return;
    this.#phase = 'stopping';
    await this.api.stopExperiment({ experiment: this.#experiment });
  }

  /** Time until now was a pause, and does not count. */
  protected skipTime(): void {
    this.#progress.skip();
  }

  dismissError(): void {
    this.#error = null;
  }

  report(error: unknown): void {
    this.#error = toWireError(error);
  }

  /** Errors from the main process are shown, not lost. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    this.#error = null;
    try {
      await action();
    } catch (error) {
      this.report(error);
    }
  }

  receive(event: ExperimentEvent): void {
    // The first event may overtake the answer that names the experiment; the main process runs one
    // at a time, so it can only be ours. Events of an abandoned one are dropped.
    if (this.#phase === 'starting') this.#experiment ??= event.experiment;
    if (event.experiment !== this.#experiment || event.number < this.#nextNumber) return;
    this.#nextNumber = event.number + 1;
    switch (event.type) {
      case 'preparing':
        this.#preparing = event;
        break;
      case 'folder':
        this.#folder = event.folder;
        this.#preparing = null;
        // Preparation is not training: the rate counts from here.
        this.#progress.skip();
        break;
      case 'planned':
        this.#isPlanned = true;
        this.#ran = null;
        this.#folder = null;
        this.#progress.reset();
        this.clear();
        this.#runs = event.runs;
        this.#progress.plan(event.runs.reduce((sum, { steps }) => sum + steps, 0));
        if (this.#phase === 'starting') this.#phase = 'running';
        break;
      case 'run-started':
        this.#ran = event.ran;
        // Start-up is not training: the rate counts from here.
        if (this.#progress.value.done === 0) this.#progress.skip();
        break;
      case 'losses':
        if (event.isRecorded) this.#progress.addRecorded(event.losses.length);
        else this.#progress.add(event.losses.length);
        break;
      case 'process-failed':
        this.#failures++;
        break;
      case 'run-ended':
        if (event.outcome.status === 'failed') this.#failures++;
        if (event.outcome.status === 'finished') this.#ended(event.run, event.outcome.steps);
        break;
      case 'ended':
        if (!this.#isPlanned) this.#phase = this.#phaseBefore;
        else
          this.#phase = event.how === 'finished' && this.#failures > 0 ? 'incomplete' : event.how;
        break;
      case 'failed':
        this.#fail(event.error);
        break;
      default:
        break;
    }
    this.take(event);
  }

  /** Callbacks may have ended a run before its last planned step. */
  #ended(id: string, steps: number): void {
    this.#runs = this.#runs.map((run) => (run.id === id ? { ...run, steps } : run));
    this.#progress.plan(this.#runs.reduce((sum, run) => sum + run.steps, 0));
  }

  /** Forgets what the training before showed. */
  protected abstract clear(): void;

  /** What an event means to this kind of training, besides the above. */
  protected abstract take(event: ExperimentEvent): void;

  /** A training refused before it was planned leaves the screen as it was. */
  #fail(error: WireError): void {
    this.#phase = this.#isPlanned ? 'failed' : this.#phaseBefore;
    this.#error = error;
  }
}
