/**
 * What the parent asked for, checked between native calls. A step number says where exactly it
 * takes effect; without one it is the next boundary.
 */
export class Control {
  #stopAt = Infinity;
  #pauseAt = Infinity;
  #wake: (() => void) | null = null;

  /** @param atStep number of steps after which the run stops */
  stop(atStep = 0): void {
    this.#stopAt = atStep;
    this.#wake?.();
  }

  pause(atStep = 0): void {
    this.#pauseAt = atStep;
  }

  resume(): void {
    this.#pauseAt = Infinity;
    this.#wake?.();
  }

  isStopped(step: number): boolean {
    return step >= this.#stopAt;
  }

  isPaused(step: number): boolean {
    return step >= this.#pauseAt;
  }

  /** Steps until a requested stop or pause takes effect. */
  stepsLeft(step: number): number {
    return Math.min(this.#stopAt, this.#pauseAt) - step;
  }

  /** Resolves at the next `resume` or `stop`. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }
}
