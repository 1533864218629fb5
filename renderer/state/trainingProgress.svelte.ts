/** How far a training is, how fast, and how long it will still take. */
export class TrainingProgress {
  readonly #clock: () => number;
  #total = $state(0);
  #done = $state(0);
  /** Steps recorded earlier, which say nothing about the rate. */
  #recorded = 0;
  #elapsedMs = $state(0);
  #since = 0;

  /** @param clock milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get value() {
    const seconds = this.#elapsedMs / 1000;
    const perSecond = seconds > 0 ? (this.#done - this.#recorded) / seconds : 0;
    const left = Math.max(0, this.#total - this.#done);
    return {
      done: this.#done,
      total: this.#total,
      perSecond,
      secondsLeft: perSecond > 0 ? left / perSecond : null,
    };
  }

  reset(): void {
    this.#total = this.#done = this.#recorded = this.#elapsedMs = 0;
    this.#since = this.#clock();
  }

  plan(total: number): void {
    this.#total = total;
  }

  add(steps: number): void {
    this.#done += steps;
    this.tick();
  }

  addRecorded(steps: number): void {
    this.#recorded += steps;
    this.#done += steps;
  }

  /** Takes the time that has passed since the last tick as spent on training. */
  tick(): void {
    const now = this.#clock();
    this.#elapsedMs += now - this.#since;
    this.#since = now;
  }

  /** Time until now was a pause, and does not count. */
  skip(): void {
    this.#since = this.#clock();
  }
}
