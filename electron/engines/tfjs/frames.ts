import type { EpochRecord } from '../../../shared/runs/run';
import type { TrainerEvent } from '../../../shared/training/script';

/** About 25 frames a second: as fast as an eye follows, whatever the number of steps. */
const FRAME_MS = 40;

/** Gathers losses and epochs for the screen. The record is written elsewhere, step by step. */
export class Frames {
  readonly #model: 'a' | 'b';
  readonly #emit: (event: TrainerEvent) => void;
  readonly #clock: () => number;
  #losses: Float32Array[] = [];
  #epochs: EpochRecord[] = [];
  #firstStep = 1;
  #sentAt = -Infinity;

  constructor(model: 'a' | 'b', emit: (event: TrainerEvent) => void, clock: () => number) {
    this.#model = model;
    this.#emit = emit;
    this.#clock = clock;
  }

  add(firstStep: number, losses: Float32Array): void {
    if (this.#losses.length === 0) this.#firstStep = firstStep;
    this.#losses.push(losses);
    if (this.#clock() - this.#sentAt >= FRAME_MS) this.flush();
  }

  /** Goes with the losses that come next, or with the last flush. */
  addEpoch(record: EpochRecord): void {
    this.#epochs.push(record);
  }

  flush(): void {
    const model = this.#model;
    if (this.#losses.length > 0) {
      const losses = joined(this.#losses);
      this.#emit({ type: 'losses', model, firstStep: this.#firstStep, losses });
    }
    if (this.#epochs.length > 0) {
      this.#emit({ type: 'epochs-ended', model, records: this.#epochs });
    }
    this.#losses = [];
    this.#epochs = [];
    this.#sentAt = this.#clock();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
