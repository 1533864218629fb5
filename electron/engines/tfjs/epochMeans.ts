/** Means over an epoch of what its steps returned, weighted by their rows as in `fit`. */
export class EpochMeans {
  readonly #sums: number[];
  #rows: number;

  /** @param from what `state` returned, to continue in the middle of an epoch */
  constructor(width: number, from: EpochMeansState | null = null) {
    this.#sums = from === null ? new Array<number>(width).fill(0) : from.sums.map(Number);
    this.#rows = from?.rows ?? 0;
  }

  /**
   * @param results [batches, width], of which the `batch`-th is added
   * @param rows in that batch
   */
  add(results: Float32Array, batch: number, rows: number): void {
    const width = this.#sums.length;
    for (let index = 0; index < width; index++) {
      const value = results[batch * width + index] as number;
      this.#sums[index] = (this.#sums[index] as number) + value * rows;
    }
    this.#rows += rows;
  }

  get rows(): number {
    return this.#rows;
  }

  /** [width] */
  means(): number[] {
    return this.#sums.map((sum) => sum / this.#rows);
  }

  state(): EpochMeansState {
    return { sums: this.#sums.map(String), rows: this.#rows };
  }
}

/** Sums as text, which JSON keeps exactly even if they are not finite. */
export interface EpochMeansState {
  readonly sums: string[];
  readonly rows: number;
}
