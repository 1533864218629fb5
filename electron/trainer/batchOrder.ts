import * as tf from '@tensorflow/tfjs-node-gpu';
import { permutation } from '../../shared/random/distributions';
import { streamLabel } from '../../shared/random/streamLabel';
import { streamFor } from '../../shared/random/streams';
import type { Randomness } from '../../shared/training/trainingConfig';
import { globalRandomState } from './globalRandom';

/** The order of rows in one epoch, and where its numbers came from. */
export interface DrawnOrder {
  readonly rows: Uint32Array;
  readonly stream: string;
  readonly streamState: string | null;
}

/**
 * Draws each epoch's order. Under the global regime exactly as `model.fit`: the library shuffles
 * one index array in place with `Math.random`, so that epoch k depends on all before it. Under the
 * controlled one each epoch has its own stream.
 *
 * @param previous the order of the epoch before, where a run is taken up again
 */
export function batchOrders(
  randomness: Randomness,
  count: number,
  previous: Uint32Array | null = null,
): (epoch: number) => DrawnOrder {
  if (randomness.regime === 'controlled') {
    return (epoch) => {
      const name = { purpose: 'shuffle', epoch } as const;
      const rows = permutation(streamFor(randomness.seed, name), count);
      return { rows, stream: streamLabel(name), streamState: null };
    };
  }
  const indices = Array.from(previous ?? Array.from({ length: count }, (_, index) => index));
  return () => {
    const streamState = globalRandomState();
    tf.util.shuffle(indices);
    return { rows: Uint32Array.from(indices), stream: 'global/shuffle', streamState };
  };
}

/** Batches of row numbers, which share the memory of `rows`; the last may be smaller. */
export function batchesOf(rows: Uint32Array, batchSize: number): Int32Array[] {
  // Views alone, and no `subarray`, which looks for its constructor first: epochs may have a few
  // steps of some microseconds each.
  const batches: Int32Array[] = [];
  for (let at = 0; at < rows.length; at += batchSize) {
    const size = Math.min(batchSize, rows.length - at);
    batches.push(new Int32Array(rows.buffer, rows.byteOffset + 4 * at, size));
  }
  return batches;
}
