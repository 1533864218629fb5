import { parentPort } from 'node:worker_threads';
import { toWireError, type WireError } from '../../../shared/lib/appError';
import { readPictures, type PictureShape, type ReadPictures } from './readPicture';

export interface AskedPictures {
  readonly paths: readonly string[];
  readonly shape: PictureShape;
}

export type AnsweredPictures = ReadPictures | { readonly error: WireError };

/** Reads pictures until it is ended. */
parentPort?.on('message', ({ paths, shape }: AskedPictures) => {
  readPictures(paths, shape).then(
    (read) => answer(read, read.values.buffer as ArrayBuffer),
    (error: unknown) => answer({ error: toWireError(error) }),
  );
});

function answer(read: AnsweredPictures, ...moved: ArrayBuffer[]): void {
  parentPort?.postMessage(read, moved);
}
