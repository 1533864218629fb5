import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import seedrandom from 'seedrandom';
import { canonicalJson } from '../lib/canonicalJson';
import type { StreamName } from './streamLabel';

/** Run seed for streams of layers' own seeds, which depend on nothing else. */
export const NO_RUN_SEED = '';

/** Uniform numbers in [0, 1), 32 random bits each. */
export type Generator = () => number;

/** To be changed whenever the same seed and name would give different numbers. */
const STREAM_FORMAT = 'twintrain-stream-1';

/** sha256 over format, run seed and name: any two names give unrelated streams. */
function digest(runSeed: string, name: StreamName): Uint8Array {
  return sha256(utf8ToBytes(canonicalJson([STREAM_FORMAT, runSeed, { ...name }])));
}

/**
 * A fresh generator (Alea, from seedrandom) for one purpose. Asking twice gives the same numbers
 * from the start, whatever else was drawn in between.
 *
 * @param runSeed any string, '0' included
 */
export function streamFor(runSeed: string, name: StreamName): Generator {
  return seedrandom.alea(bytesToHex(digest(runSeed, name)));
}

/**
 * A seed for a library that takes one number: an integer from 1 to 2^31 - 1. Never 0, which
 * TensorFlow.js treats as "no seed" in its normal initialisers.
 */
export function numericSeed(runSeed: string, name: StreamName): number {
  const view = new DataView(digest(runSeed, name).buffer);
  return (view.getUint32(0) % 0x7fffffff) + 1;
}
