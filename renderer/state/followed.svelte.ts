import type { Api, ExperimentEvent, RunningExperiment } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { InstallProgress } from '../../shared/engines/environment';
import type { EnvironmentRecord } from '../../shared/engines/engineCatalog';
import type { PlannedRun } from '../../shared/training/trainingEvent';
import { TrainingProgress } from './trainingProgress.svelte';

export type Phase =
  | 'idle'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'finished'
  | 'stopped'
  /** It came to its end, but not all of its runs did. */
  | 'incomplete'
  | 'failed';

/** What is trained in the main process, followed from its start to its end. */
export abstract class Followed {
  protected readonly api: Api;
  readonly #progress: TrainingProgress;
  #phase = $state<Phase>('idle');
  #error = $state.raw<WireError | null>(null);
  #ran = $state.raw<EnvironmentRecord | null>(null);
  #runs = $state.raw<readonly PlannedRun[]>([]);
  #experiment: string | null = null;
  /** What is on screen is of this training; before that, of the one before. */
  #isPlanned = false;
  #phaseBefore: Phase = 'idle';
  #failures = 0;
  /** What goes on before anything trains; null where nothing does. */
  #preparing = $state.raw<InstallProgress | null>(null);
  /** Where its runs lie; null before there is such a place. */
  #folder = $state<string | null>(null);
  #nextNumber = 0;

  /** @param clock milliseconds */
  constructor(api: Api, clock: () => number) {
    this.api = api;
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
  /** What it runs on; null before it does. */
  get ran() {
    return this.#ran;
  }
  /** Of the longest run. */
  get stepsPerRun() {
    return this.#runs.reduce((most, { steps }) => Math.max(most, steps), 0);
  }
  /** All that are trained, or were. */
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
  /** A replay begins anew. */
  protected get canBeResumed(): boolean {
    return true;
  }

  /** What the main process calls it; null before it answered. */
  protected get experiment(): string | null {
    return this.#experiment;
  }

  /**
   * Starts anew; a refusal becomes the error on screen, beside what was there before: only what is
   * planned takes its place. Null is the user's second thought.
   */
  protected async follow(
    ask: () => Promise<{ readonly experiment: string } | null>,
  ): Promise<void> {
    this.#begin(null);
    try {
      const started = await ask();
      if (started === null) this.#phase = this.#phaseBefore;
      else this.#experiment = started.experiment;
    } catch (error) {
      this.#fail(toWireError(error));
    }
  }

  /** Goes on with what an earlier page began, from all that was told of it. */
  protected adopt({ experiment, events }: RunningExperiment): void {
    this.#begin(experiment);
    for (const event of events) this.receive(event);
    // What came before came in no time at all, and says nothing of the rate.
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

  /** What was followed belongs to something that is not shown any more. */
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

  /** What the main process refuses is shown, not lost. */
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
    // at a time, so it can only be ours. Events of one that was left behind are dropped.
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
        // What was prepared is no training: the rate counts from here.
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
        // Starting is no training: the rate counts from here.
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

  /** Forgets what the training before showed. */
  protected abstract clear(): void;

  /** What an event means to this kind of training, besides the above. */
  protected abstract take(event: ExperimentEvent): void;

  /** What was refused before it was planned leaves on screen what was there. */
  #fail(error: WireError): void {
    this.#phase = this.#isPlanned ? 'failed' : this.#phaseBefore;
    this.#error = error;
  }
}
