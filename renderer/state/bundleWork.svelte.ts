/** Progress of packing or verifying a bundle; null while neither is running. */
export class BundleWork {
  #progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);

  get progress() {
    return this.#progress;
  }

  receive(progress: { readonly done: number; readonly total: number }): void {
    if (this.#progress !== null) this.#progress = progress;
  }

  /** Counts from here until the work is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#progress = { done: 0, total: 0 };
    try {
      return await work();
    } finally {
      this.#progress = null;
    }
  }
}
