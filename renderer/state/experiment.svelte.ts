import { firstStyleOf, type FirstStyle } from '../../shared/architecture/bothStyles';
import type { ExperimentEvent, RunningExperiment } from '../../shared/ipc/contract';
import type { WireError } from '../../shared/lib/appError';
import { enginesOf, type ArticleOptions } from '../../shared/protocols/articleOptions';
import { engineOf, type EngineChoice } from '../../shared/engines/engineCatalog';
import type { PairKind } from '../../shared/protocols/pairs';
import type { ProtocolResult } from '../../shared/protocols/protocolResult';
import type { PlannedRun } from '../../shared/training/trainingEvent';
import { Curve } from './curve';
import { Followed } from './followed.svelte';

export interface TrainerFailure {
  readonly engine: EngineChoice;
  readonly protocol: number;
  readonly pair: PairKind;
  readonly error: WireError;
}

/** The article's experiment: its options, the results that arrive, how it ended. */
export class ExperimentState extends Followed {
  #options = $state.raw<ArticleOptions | null>(null);
  /** The options of the next experiment, until it is planned. */
  #asked: ArticleOptions | null = null;
  #results = $state.raw<readonly ProtocolResult[]>([]);
  #failures = $state.raw<readonly TrainerFailure[]>([]);
  #current = $state.raw<PlannedRun | null>(null);
  /** Increases when curves grow; the curves themselves are plain arrays. */
  #revision = $state(0);
  #curves = new Map<string, Curve>();

  get options() {
    return this.#options;
  }
  get results() {
    return this.#results;
  }
  get failures() {
    return this.#failures;
  }
  /** In the order in which they train. */
  get engines(): readonly EngineChoice[] {
    return [...new Set(this.runs.map(({ engine }) => engine))];
  }
  /** What the Model subclass is compared with. */
  get firstStyle(): FirstStyle {
    return firstStyleOf(this.runs);
  }
  /** The run that most recently sent a loss. */
  get current() {
    return this.#current;
  }

  /**
   * The losses that arrived, step 1 first; null where none did. A new view for every change, so
   * that derived values update.
   */
  losses(
    of: EngineChoice,
    protocol: number,
    kind: PairKind,
    which: 'first' | 'second',
  ): Float32Array | null {
    void this.#revision;
    const run = this.runs.find(
      ({ engine, pair }) =>
        engine === of &&
        pair?.protocol === protocol &&
        pair.kind === kind &&
        pair.isFirst === (which === 'first'),
    );
    return this.#curves.get(run?.id ?? '')?.values() ?? null;
  }

  /** What a protocol showed on an engine; null as long as it has not. */
  resultOf(engine: EngineChoice, protocol: number): ProtocolResult | null {
    return this.#results.find((own) => own.asked === engine && own.protocol === protocol) ?? null;
  }

  /** Where a protocol without a result stands on an engine. */
  stateOf(
    engine: EngineChoice,
    protocol: number,
  ): 'failed' | 'not finished' | 'training…' | 'waiting' {
    const isOf = (own: TrainerFailure) => own.engine === engine && own.protocol === protocol;
    if (this.#failures.some(isOf)) return 'failed';
    if (!this.isBusy) return 'not finished';
    const isTraining = this.losses(engine, protocol, 'styles', 'first') !== null;
    return isTraining ? 'training…' : 'waiting';
  }

  async start(options: ArticleOptions): Promise<void> {
    if (this.isBusy) return;
    this.#asked = options;
    await this.follow(enginesOf(options).map(engineOf), () => this.api.startArticle(options));
  }

  /** @param folder of an interrupted experiment */
  async resume(folder: string, options: ArticleOptions): Promise<void> {
    if (this.isBusy) return;
    this.#asked = options;
    await this.follow(enginesOf(options).map(engineOf), () =>
      this.api.resumeExperiment({ folder }),
    );
  }

  takeOver(running: RunningExperiment & { readonly kind: 'article' }): void {
    this.#asked = running.options;
    this.adopt(running);
  }

  protected clear(): void {
    this.#options = this.#asked;
    this.#results = [];
    this.#failures = [];
    this.#current = null;
    this.#curves = new Map();
    this.#revision++;
  }

  protected take(event: ExperimentEvent): void {
    switch (event.type) {
      case 'losses': {
        const curve = this.#curves.get(event.run) ?? new Curve();
        curve.add(event.firstStep, event.losses);
        this.#curves.set(event.run, curve);
        this.#current = this.#planned(event.run);
        this.#revision++;
        break;
      }
      case 'run-ended':
        if (event.outcome.error !== null && event.outcome.status === 'failed') {
          this.#addFailure([event.run], event.outcome.error as WireError);
        }
        break;
      case 'process-failed':
        this.#addFailure(event.runs, event.error);
        break;
      case 'result':
        this.#results = [...this.#results, event.result];
        break;
      default:
        break;
    }
  }

  #planned(id: string): PlannedRun | null {
    return this.runs.find((run) => run.id === id) ?? null;
  }

  /** All runs of a process belong to one pair. */
  #addFailure([run]: readonly string[], error: WireError): void {
    const planned = run === undefined ? null : this.#planned(run);
    if (!planned?.pair) return;
    const { protocol, kind } = planned.pair;
    const { engine } = planned;
    this.#failures = [...this.#failures, { engine, protocol, pair: kind, error }];
  }
}
