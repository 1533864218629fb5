import type { TrainerEvent } from '../../shared/training/script';

/** About 25 frames a second: as fast as an eye follows, whatever the number of steps. */
const FRAME_MS = 40;

/** Gathers losses for the screen. The record is written elsewhere, step by step. */
export class LossFrames {
  readonly #model: 'a' | 'b';
  readonly #emit: (event: TrainerEvent) => void;
  readonly #clock: () => number;
  #waiting: number[] = [];
  #firstStep = 1;
  #sentAt = -Infinity;

  constructor(model: 'a' | 'b', emit: (event: TrainerEvent) => void, clock: () => number) {
    this.#model = model;
    this.#emit = emit;
    this.#clock = clock;
  }

  add(firstStep: number, losses: Float32Array): void {
    if (this.#waiting.length === 0) this.#firstStep = firstStep;
    this.#waiting.push(...losses);
    if (this.#clock() - this.#sentAt >= FRAME_MS) this.flush();
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#emit({
      type: 'losses',
      model: this.#model,
      firstStep: this.#firstStep,
      losses: Float32Array.from(this.#waiting),
    });
    this.#waiting = [];
    this.#sentAt = this.#clock();
  }
}
