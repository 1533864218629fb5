/* eslint-disable no-restricted-properties -- the one file that may touch the shared generator */
import { createHash } from 'node:crypto';
import seedrandom from 'seedrandom';
import { AppError } from '../../../shared/lib/appError';

/** State of seedrandom's ARC4. */
export interface GlobalRandomState {
  readonly i: number;
  readonly j: number;
  readonly S: number[];
}

interface Stateful {
  state?: () => GlobalRandomState;
}

/**
 * Seeds the process-wide `Math.random`, which all of TensorFlow.js draws from. The generator keeps
 * its state readable, so that a run can record where in the stream it began.
 */
export function seedGlobalRandom(seed: string): void {
  seedrandom(seed, { global: true, state: true });
}

/** One whole number in [0, limit) from the shared generator. */
export function drawGlobalSeed(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** The generator's whole state, to continue from later; null if it was never seeded. */
export function saveGlobalRandom(): GlobalRandomState | null {
  return (Math.random as Stateful).state?.() ?? null;
}

export function restoreGlobalRandom(state: GlobalRandomState): void {
  seedrandom('', { global: true, state: state as unknown as seedrandom.State.Arc4 });
}

/** sha256 of the global generator's state, or null where it was never seeded. Draws nothing. */
export function globalRandomState(): string | null {
  const { state } = Math.random as Stateful;
  if (state === undefined) return null;
  const { i, j, S } = state();
  return createHash('sha256')
    .update(JSON.stringify([i, j, S]))
    .digest('hex');
}

/**
 * Runs `action` with `Math.random` blocked: under controlled randomness every number comes from a
 * named stream, and a library that uses the shared generator is caught at once.
 */
export async function withoutGlobalRandom<T>(action: () => Promise<T>): Promise<T> {
  const original = Math.random;
  Math.random = () => {
    throw new AppError(
      'internal',
      'Something drew from Math.random under controlled randomness.',
      'This is a bug in Twintrain. Report it with the layer kinds of this model.',
    );
  };
  try {
    return await action();
  } finally {
    Math.random = original;
  }
}
