import type { Style } from '../../shared/architecture/architecture';
import { firstStyleOf, type FirstStyle } from '../../shared/architecture/bothStyles';
import type { ExperimentEvent, RunningExperiment } from '../../shared/ipc/contract';
import { engineOf } from '../../shared/engines/engineCatalog';
import type { WireError } from '../../shared/lib/appError';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import { toldCallbacks, type CallbackRecord } from '../../shared/training/callbacks/callbackRecord';
import type { Project } from '../../shared/training/projectFile';
import { Curve } from './curve';
import { EpochCurves } from './epochCurves';
import type { TargetScale } from '../../shared/data/targetScale';
import { Followed } from './followed.svelte';

interface RunCurves {
  readonly curve: Curve;
  readonly epochs: EpochCurves;
}

/** The training of the network being built, in its styles side by side. */
export class ProjectRun extends Followed {
  #project = $state.raw<Project | null>(null);
  /** The project of the next run, until it is planned. */
  #asked: Project | null = null;
  #comparison = $state.raw<Comparison | null>(null);
  #runFolders = $state.raw<Readonly<Partial<Record<Style, string>>>>({});
  #targetScale = $state.raw<readonly TargetScale[] | null>(null);
  #failures = $state.raw<readonly WireError[]>([]);
  /** Paused, or about to be. */
  #isPaused = $state(false);
  /** Increases when curves grow; the curves themselves are plain arrays. */
  #revision = $state(0);
  #curves = new Map<string, RunCurves>();
  #callbacks = $state.raw<ReadonlyMap<string, readonly CallbackRecord[]>>(new Map());

  get isPaused() {
    return this.#isPaused;
  }
  get project() {
    return this.#project;
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

  /** A new view for every change, so that derived values update. */
  losses(style: Style): Float32Array | null {
    void this.#revision;
    return this.#curves.get(this.#idOf(style))?.curve.values() ?? null;
  }

  /** In the order in which they are shown. */
  get styles(): readonly [FirstStyle, Style] {
    return [firstStyleOf(this.runs), 'subclass'];
  }

  /** How the numbers to predict are scaled, if they are. */
  get targetScale() {
    return this.#targetScale;
  }

  /** Null before the style's first epoch ended. */
  epochs(style: Style): EpochCurves | null {
    void this.#revision;
    const epochs = this.#curves.get(this.#idOf(style))?.epochs;
    return epochs !== undefined && epochs.names.length > 0 ? epochs : null;
  }

  /** What callbacks did: every lower rate and stop, and the last epoch that was the best. */
  callbacks(style: Style): readonly CallbackRecord[] {
    return toldCallbacks(this.#callbacks.get(this.#idOf(style)) ?? []);
  }

  async start(project: Project): Promise<void> {
    if (this.isBusy) return;
    this.#asked = project;
    await this.follow([engineOf(project.engine)], () => this.api.startProject(project));
  }

  /** @param folder of an interrupted experiment */
  async resume(folder: string, project: Project): Promise<void> {
    if (this.isBusy) return;
    this.#asked = project;
    await this.follow([engineOf(project.engine)], () => this.api.resumeExperiment({ folder }));
  }

  takeOver(running: RunningExperiment & { readonly kind: 'project' }): void {
    this.#asked = running.project;
    const [last] = running.events.filter(({ type }) => /^(paused|continued)$/.test(type)).slice(-1);
    this.adopt(running);
    this.#isPaused = last?.type === 'paused';
  }

  protected clear(): void {
    this.#project = this.#asked;
    this.#comparison = null;
    this.#runFolders = {};
    this.#failures = [];
    this.#targetScale = null;
    this.#isPaused = false;
    this.#curves = new Map();
    this.#callbacks = new Map();
    this.#revision++;
  }

  async setPaused(isPaused: boolean): Promise<void> {
    if (this.experiment === null || this.phase !== 'running') return;
    if (!isPaused) this.skipTime();
    this.#isPaused = isPaused;
    await this.api.pauseExperiment({ experiment: this.experiment, isPaused });
  }

  protected take(event: ExperimentEvent): void {
    switch (event.type) {
      case 'planned':
        this.#targetScale = event.targetScale ?? null;
        break;
      case 'losses':
        this.#runOf(event.run).curve.add(event.firstStep, event.losses);
        this.#revision++;
        break;
      case 'epochs-ended':
        this.#runOf(event.run).epochs.add(event.records);
        this.#revision++;
        break;
      case 'callbacks-acted': {
        const before = this.#callbacks.get(event.run) ?? [];
        this.#callbacks = new Map([...this.#callbacks, [event.run, [...before, ...event.records]]]);
        break;
      }
      case 'run-ended':
        if (event.outcome.status === 'failed' && event.outcome.error !== null) {
          this.#failures = [...this.#failures, event.outcome.error as WireError];
        }
        break;
      case 'process-failed':
        this.#failures = [...this.#failures, event.error];
        break;
      case 'compared':
        this.#comparison = event.comparison;
        this.#runFolders = event.runFolders;
        break;
      default:
        break;
    }
  }

  #idOf(style: Style): string {
    return this.runs.find((run) => run.style === style)?.id ?? '';
  }

  #runOf(id: string): RunCurves {
    const run = this.#curves.get(id) ?? { curve: new Curve(), epochs: new EpochCurves() };
    this.#curves.set(id, run);
    return run;
  }
}
