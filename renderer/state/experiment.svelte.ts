import type { ExperimentEvent, RunningExperiment, RunPlace } from '../../shared/ipc/contract';
import type { WireError } from '../../shared/lib/appError';
import type { ArticleOptions } from '../../shared/protocols/articleOptions';
import type { PairKind } from '../../shared/protocols/pairs';
import type { ProtocolResult } from '../../shared/protocols/protocolResult';
import { Curve } from './curve';
import { Followed } from './followed.svelte';

export interface TrainerFailure {
  readonly protocol: number;
  readonly pair: PairKind;
  readonly error: WireError;
}

/** The article's experiment: what was asked, what arrives, how it ended. */
export class ExperimentState extends Followed {
  #options = $state.raw<ArticleOptions | null>(null);
  /** What comes, once it is planned. */
  #asked: ArticleOptions | null = null;
  #results = $state.raw<readonly ProtocolResult[]>([]);
  #failures = $state.raw<readonly TrainerFailure[]>([]);
  #current = $state.raw<RunPlace | null>(null);
  /** Moves when curves grew; the curves themselves are plain arrays. */
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
  /** The run that a loss arrived from last. */
  get current() {
    return this.#current;
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
    this.#asked = options;
    await this.follow(() => this.api.startArticle(options));
  }

  /** @param folder of an interrupted experiment */
  async resume(folder: string, options: ArticleOptions): Promise<void> {
    if (this.isBusy) return;
    this.#asked = options;
    await this.follow(() => this.api.resumeExperiment({ folder }));
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
        const key = keyOf(event.place);
        const curve = this.#curves.get(key) ?? new Curve();
        curve.add(event.firstStep, event.losses);
        this.#curves.set(key, curve);
        this.#current = event.place;
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
      default:
        break;
    }
  }

  #addFailure({ protocol, pair, error }: TrainerFailure): void {
    this.#failures = [...this.#failures, { protocol, pair, error }];
  }
}

function keyOf({ protocol, pair, model }: RunPlace): string {
  return `${protocol}/${pair}/${model}`;
}
