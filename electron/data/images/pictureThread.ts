import { parentPort } from 'node:worker_threads';
import { toWireError, type WireError } from '../../../shared/lib/appError';
import { readPictures, type PictureShape, type ReadPictures } from './readPicture';

export interface AskedPictures {
  readonly paths: readonly string[];
  readonly shape: PictureShape;
  /** Shared, from the first picture on. */
  readonly into: Float32Array;
}

export type AnsweredPictures = ReadPictures | { readonly error: WireError };

/** Reads pictures until it is ended. */
parentPort?.on('message', ({ paths, shape, into }: AskedPictures) => {
  const answer = (own: AnsweredPictures) => parentPort?.postMessage(own);
  readPictures(paths, shape, into).then(answer, (error: unknown) =>
    answer({ error: toWireError(error) }),
  );
});
