import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import seedrandom from 'seedrandom';
import { canonicalJson } from '../lib/canonicalJson';

/** Uniform numbers in [0, 1), 32 random bits each. */
export type Generator = () => number;

/**
 * What a stream is for. A stream has a name, not a number, so that adding one never moves another.
 */
export type StreamName =
  | { readonly purpose: 'initialiser'; readonly layer: string; readonly tensor: string }
  | { readonly purpose: 'shuffle'; readonly epoch: number }
  | { readonly purpose: 'dropout'; readonly layer: string; readonly use: number };

/** Changes whenever the same seed and name would give other numbers. */
const STREAM_FORMAT = 'twintrain-stream-1';

/** The name as people read it: `initialiser/hidden1/kernel`, `shuffle/1`, `dropout/drop/1`. */
export function streamLabel(name: StreamName): string {
  switch (name.purpose) {
    case 'initialiser':
      return `initialiser/${name.layer}/${name.tensor}`;
    case 'shuffle':
      return `shuffle/${name.epoch}`;
    case 'dropout':
      return `dropout/${name.layer}/${name.use}`;
  }
}

/** sha256 over format, run seed and name: unrelated streams for any two names. */
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
  const generator = seedrandom.alea(bytesToHex(digest(runSeed, name)));
  return () => generator();
}

/**
 * A seed for a library that takes one number: an integer from 1 to 2^31 - 1. Never 0, which
 * TensorFlow.js treats as "no seed" in its normal initialisers.
 */
export function numericSeed(runSeed: string, name: StreamName): number {
  const view = new DataView(digest(runSeed, name).buffer);
  return (view.getUint32(0) % 0x7fffffff) + 1;
}
