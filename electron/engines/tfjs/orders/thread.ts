import { workerData, type MessagePort } from 'node:worker_threads';
import { controlledOrder } from './controlledOrder';

/** What the thread draws for, and its port to the thread that asks. */
export interface ThreadData {
  readonly seed: string;
  readonly count: number;
  readonly port: MessagePort;
}

/** Epochs from `first` on. */
export interface Asked {
  readonly first: number;
  readonly epochs: number;
}

/** `rows` [epochs, count], one after the other; one hash for each. */
export interface Drawn {
  readonly first: number;
  readonly rows: Uint32Array;
  readonly sha256: readonly string[];
}

/** Draws orders until its port is closed. */
const { seed, count, port } = workerData as ThreadData;
port.on('message', ({ first, epochs }: Asked) => {
  const rows = new Uint32Array(epochs * count);
  const sha256: string[] = [];
  for (let index = 0; index < epochs; index++) {
    const order = controlledOrder(seed, count, first + index);
    rows.set(order.rows, index * count);
    sha256.push(order.sha256);
  }
  const drawn: Drawn = { first, rows, sha256 };
  port.postMessage(drawn, [rows.buffer]);
});
