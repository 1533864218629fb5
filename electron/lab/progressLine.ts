/** Progress on stderr: one line that is overwritten on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #clock: () => number;
  /** When the first step was reported, so that start-up does not count as training. */
  #startedAt: number | null = null;
  readonly #intervalMs: number;
  #total = 0;
  #what = 'steps';
  #done = 0;
  /** Steps from before a resume, which do not count for the rate. */
  #recorded = 0;
  #shownAt = -Infinity;

  constructor(stream: NodeJS.WriteStream, clock: () => number) {
    this.#stream = stream;
    this.#clock = clock;
    this.#intervalMs = stream.isTTY ? 100 : 5_000;
  }

  /** @param what is counted */
  plan(total: number, what = 'steps'): void {
    this.#total = total;
    this.#what = what;
  }

  take(
    { losses, isRecorded }: { readonly losses: Float32Array; readonly isRecorded?: true },
    where: string,
  ): void {
    if (isRecorded) this.#recorded += losses.length;
    this.add(losses.length, where);
  }

  add(steps: number, where: string): void {
    this.#done += steps;
    const trained = this.#done - this.#recorded;
    const now = this.#clock();
    if (trained > 0 && this.#startedAt === null) {
      this.#startedAt = now;
      return;
    }
    if (this.#startedAt === null || now === this.#startedAt) return;
    if (now - this.#shownAt < this.#intervalMs) return;
    this.#shownAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const left = Math.ceil((seconds / trained) * Math.max(0, this.#total - this.#done));
    const percent = Math.min(100, Math.floor((this.#done / Math.max(1, this.#total)) * 100));
    const rate = Math.round(trained / seconds);
    const line = `${percent} % of ${this.#total} ${this.#what}, ${rate} ${this.#what}/s, about ${left} s left (${where})`;
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }
}
