import type { Style } from '../../shared/architecture/architecture';
import type { ExperimentEvent, RunningExperiment } from '../../shared/ipc/contract';
import type { WireError } from '../../shared/lib/appError';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import type { EpochRecord } from '../../shared/runs/run';
import type { Project } from '../../shared/training/projectFile';
import { Curve } from './curve';
import { Followed } from './followed.svelte';

interface StyleRun {
  readonly curve: Curve;
  readonly epochs: readonly EpochRecord[];
}

/** The training of the network being built, in its styles side by side. */
export class ProjectRun extends Followed {
  #project = $state.raw<Project | null>(null);
  #comparison = $state.raw<Comparison | null>(null);
  #runFolders = $state.raw<Readonly<Partial<Record<Style, string>>>>({});
  #failures = $state.raw<readonly WireError[]>([]);
  /** Paused, or about to be. */
  #isPaused = $state(false);
  /** Moves when curves grew; the curves themselves are plain arrays. */
  #revision = $state(0);
  #runs = new Map<Style, StyleRun>();

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
    this.#clear(project);
    await this.follow(() => this.api.startProject(project));
  }

  takeOver(running: RunningExperiment & { readonly kind: 'project' }): void {
    this.#clear(running.project);
    const [last] = running.events.filter(({ type }) => /^(paused|continued)$/.test(type)).slice(-1);
    this.#isPaused = last?.type === 'paused';
    this.adopt(running);
  }

  #clear(project: Project): void {
    this.#project = project;
    this.#comparison = null;
    this.#runFolders = {};
    this.#failures = [];
    this.#isPaused = false;
    this.#runs = new Map();
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
      case 'losses':
        this.#change(event.place.model, ({ curve, epochs }) => {
          curve.add(event.firstStep, event.losses);
          return { curve, epochs };
        });
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
      default:
        break;
    }
  }

  #change(model: 'a' | 'b', change: (run: StyleRun) => StyleRun): void {
    const style = model === 'a' ? 'sequential' : 'subclass';
    this.#runs.set(style, change(this.#runs.get(style) ?? { curve: new Curve(), epochs: [] }));
    this.#revision++;
  }
}
