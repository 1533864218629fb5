import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';
import { streamLabel } from '../../../../shared/random/streamLabel';
import { controlledOrder, type DrawnOrder } from './controlledOrder';
import type { Asked, Drawn, ThreadData } from './thread';

/** Drawing fewer orders here takes less time than asking the thread. */
const WORTH_ASKING = 8;
/** Waking the other thread takes this one half a millisecond, so orders for several calls are asked for. */
const CALLS_A_QUESTION = 4;

/**
 * Orders under controlled randomness. If epochs are short and come by the hundred, a thread draws
 * the next ones while the native side trains, which blocks this one. Nothing waits for it: an order
 * that has not arrived is drawn here, and is the same.
 */
export class OrdersAhead {
  readonly #seed: string;
  readonly #count: number;
  readonly #entry: string | null;
  #port: MessagePort | null = null;
  /** Last epoch requested from the thread. */
  #asked = 0;
  readonly #drawn = new Map<number, { readonly rows: Uint32Array; readonly sha256: string }>();

  /** @param entry script of the thread; null draws everything here */
  constructor(seed: string, count: number, entry: string | null) {
    this.#seed = seed;
    this.#count = count;
    this.#entry = entry;
  }

  /** @param epoch from 1, never earlier than one already taken */
  take(epoch: number): DrawnOrder {
    if (!this.#drawn.has(epoch)) this.#receive();
    const drawn = this.#drawn.get(epoch);
    if (drawn === undefined) return controlledOrder(this.#seed, this.#count, epoch);
    this.#drawn.delete(epoch);
    const stream = streamLabel({ purpose: 'shuffle', epoch });
    return { ...drawn, stream, streamState: null };
  }

  /**
   * Announces which epochs will probably be taken soon.
   * @param next the next epoch taken
   * @param epochs how many, until the next call
   * @param last the run's last epoch
   */
  expect(next: number, epochs: number, last: number): void {
    // Orders that came too late, or were drawn for a call that was cut short.
    for (const epoch of this.#drawn.keys()) if (epoch < next) this.#drawn.delete(epoch);
    const isAsked = Math.min(last, next + epochs - 1) <= this.#asked;
    if (this.#entry === null || epochs < WORTH_ASKING || isAsked) return;
    const first = Math.max(next, this.#asked + 1);
    this.#asked = Math.min(last, first + CALLS_A_QUESTION * epochs - 1);
    this.#port ??= this.#start(this.#entry);
    this.#port.postMessage({ first, epochs: this.#asked - first + 1 } satisfies Asked);
  }

  /** The thread ends by itself. */
  close(): void {
    this.#port?.close();
    this.#port = null;
    this.#drawn.clear();
  }

  #start(entry: string): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const data: ThreadData = { seed: this.#seed, count: this.#count, port: port2 };
    const worker = new Worker(entry, { workerData: data, transferList: [port2] });
    // Without the thread the run continues, only a little slower.
    worker.on('error', () => {});
    worker.unref();
    return port1;
  }

  #receive(): void {
    if (this.#port === null) return;
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: Drawn } | undefined;
      if (received === undefined) return;
      const { first, rows, sha256 } = received.message;
      sha256.forEach((own, index) => {
        const at = index * this.#count;
        const part = new Uint32Array(rows.buffer, rows.byteOffset + 4 * at, this.#count);
        this.#drawn.set(first + index, { rows: part, sha256: own });
      });
    }
  }
}
