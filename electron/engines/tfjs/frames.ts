import type { CallbackRecord } from '../../../shared/training/callbacks/callbackRecord';
import type { EpochRecord } from '../../../shared/runs/run';
import type { WireEvent } from '../../../shared/training/wire';

/** About 25 frames per second: as fast as the eye can follow, whatever the number of steps. */
const FRAME_MS = 40;

/** Batches what is recorded step by step into a few lines to the host, for the screen. */
export class Frames {
  readonly #run: string;
  readonly #emit: (event: WireEvent) => void;
  readonly #clock: () => number;
  #firstStep = 1;
  #count = 0;
  #epochs: EpochRecord[] = [];
  #callbacks: CallbackRecord[] = [];
  #sentAt = -Infinity;

  constructor(run: string, emit: (event: WireEvent) => void, clock: () => number) {
    this.#run = run;
    this.#emit = emit;
    this.#clock = clock;
  }

  /** Steps whose losses are recorded. */
  add(firstStep: number, count: number): void {
    if (this.#count === 0) this.#firstStep = firstStep;
    this.#count += count;
    if (this.#clock() - this.#sentAt >= FRAME_MS) this.flush();
  }

  /** Goes with the losses that come next, or with the last flush. */
  addEpoch(record: EpochRecord): void {
    this.#epochs.push(record);
  }

  /** The same. */
  addCallback(record: CallbackRecord): void {
    this.#callbacks.push(record);
  }

  flush(): void {
    const run = this.#run;
    if (this.#count > 0) {
      this.#emit({ type: 'losses', run, firstStep: this.#firstStep, count: this.#count });
    }
    if (this.#epochs.length > 0) this.#emit({ type: 'epochs-ended', run, records: this.#epochs });
    if (this.#callbacks.length > 0) {
      this.#emit({ type: 'callbacks-acted', run, records: this.#callbacks });
    }
    this.#count = 0;
    this.#epochs = [];
    this.#callbacks = [];
    this.#sentAt = this.#clock();
  }
}
