import { join } from 'node:path';

/** Beside the compiled lab: where the build puts the other parts. */
export const trainerEntry = join(__dirname, 'trainer.cjs');
export const datasetsFolder = join(__dirname, '../datasets');
/** What every bundle carries, so that its recipient need not install Twintrain. */
export const verifiers = {
  node: join(__dirname, 'verify.mjs'),
  python: join(__dirname, 'verify.py'),
};
/** The Keras engine's Python, and what its environments are made of. */
export const kerasFolder = join(__dirname, '../keras');
