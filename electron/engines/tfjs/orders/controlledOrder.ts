import { permutation } from '../../../../shared/random/distributions';
import { streamLabel } from '../../../../shared/random/streamLabel';
import { streamFor } from '../../../../shared/random/streams';
import { hashOfValues } from '../../../runs/hashOfValues';

/** The order of rows in one epoch, and where its numbers came from. */
export interface DrawnOrder {
  readonly rows: Uint32Array;
  /** Of the rows as stored. */
  readonly sha256: string;
  readonly stream: string;
  readonly streamState: string | null;
}

/**
 * An epoch's order under controlled randomness, from its own random stream: the same wherever and
 * whenever it is drawn.
 *
 * @param epoch from 1
 */
export function controlledOrder(seed: string, count: number, epoch: number): DrawnOrder {
  const name = { purpose: 'shuffle', epoch } as const;
  const rows = permutation(streamFor(seed, name), count);
  return { rows, sha256: hashOfValues(rows), stream: streamLabel(name), streamState: null };
}
