import { Worker } from 'node:worker_threads';
import type { RunsReport } from '../../../shared/runs/runsReport';
import type { WatchData, WatchOrder } from './thread';

/** Looks at the runs in some folders in a thread of its own, and reports what changes there. */
export class RunWatch {
  readonly #entry: string;
  readonly #file: string;
  readonly #onReport: (report: RunsReport) => void;
  #worker: Worker | null = null;

  /**
   * @param entry the compiled thread
   * @param file of the index
   */
  constructor(entry: string, file: string, onReport: (report: RunsReport) => void) {
    this.#entry = entry;
    this.#file = file;
    this.#onReport = onReport;
  }

  /** Reads the index ahead, so that it is there when it is first asked for. */
  begin(): void {
    this.#worker ??= this.#start();
  }

  /** Takes effect at once, also in the middle of a scan. */
  tell(order: WatchOrder): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(order);
  }

  #start(): Worker {
    const workerData: WatchData = { file: this.#file };
    const worker = new Worker(this.#entry, { workerData });
    worker.on('message', this.#onReport);
    // The next order starts another one.
    worker.on('exit', () => (this.#worker = null));
    worker.on('error', () => {});
    worker.unref();
    return worker;
  }
}
