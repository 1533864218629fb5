import * as tf from '@tensorflow/tfjs-node-gpu';
import { hashOfValues } from '../../../runs/hashOfValues';
import { globalRandomState } from '../globalRandom';
import type { DrawnOrder } from './controlledOrder';

/**
 * Draws each epoch's order under the global regime, exactly as `model.fit`: the library shuffles one
 * index array in place with `Math.random`, so that the order of an epoch depends on all before it.
 *
 * @param previous the order of the previous epoch, if a run is resumed
 * @returns the next epoch's order
 */
export function globalOrders(count: number, previous: Uint32Array | null = null): () => DrawnOrder {
  const indices = Array.from(previous ?? Array.from({ length: count }, (_, index) => index));
  return () => {
    const streamState = globalRandomState();
    tf.util.shuffle(indices);
    const rows = Uint32Array.from(indices);
    return { rows, sha256: hashOfValues(rows), stream: 'global/shuffle', streamState };
  };
}
