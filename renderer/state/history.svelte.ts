/** An undo history. Consecutive changes under one key are one step: typing, a drag. */
export class History<T> {
  #present = $state.raw() as T;
  #past = $state.raw<readonly T[]>([]);
  #future = $state.raw<readonly T[]>([]);
  #key: string | null = null;

  constructor(start: T) {
    this.#present = start;
  }

  get present(): T {
    return this.#present;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** @param key what is being changed, where many small changes make one step; null for one by itself */
  change(next: T, key: string | null = null): void {
    if (next === this.#present) return;
    if (key === null || key !== this.#key) {
      this.#past = [...this.#past.slice(-(LIMIT - 1)), this.#present];
    }
    this.#key = key;
    this.#future = [];
    this.#present = next;
  }

  /** The next change is a step of its own, whatever its key. */
  seal(): void {
    this.#key = null;
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.#present];
    this.#present = before;
    this.#key = null;
  }

  redo(): void {
    const after = this.#future.at(-1);
    if (after === undefined) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.#present];
    this.#present = after;
    this.#key = null;
  }

  /** Starts over with another value; there is nothing to go back to. */
  reset(value: T): void {
    this.#present = value;
    this.#past = [];
    this.#future = [];
    this.#key = null;
  }
}

/** Steps kept; they share what did not change. */
const LIMIT = 500;
