import { once } from 'node:events';
import { existsSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { fromWireError } from '../../../shared/lib/appError';
import type { AnsweredPictures, AskedPictures } from './pictureThread';
import { readPictures, type PictureShape, type ReadPictures } from './readPicture';

/** Reads some pictures; several lanes read at once. */
export interface PictureLane {
  /** Pictures between two looks at whether to stop. */
  readonly atOnce: number;
  /** @param into where the first one begins */
  readonly read: (
    paths: readonly string[],
    shape: PictureShape,
    into: Float32Array,
  ) => Promise<ReadPictures>;
  readonly end: () => void;
}

/** Starting threads takes as long as reading some hundred pictures. */
const MANY = 2_000;
const MOST_THREADS = 4;

export interface PictureLanes {
  readonly lanes: readonly PictureLane[];
  /** An array that all of them can write to. */
  readonly array: (length: number) => Float32Array;
}

/** Threads where there are many pictures; otherwise this thread. @param entry the compiled thread */
export function pictureLanes(pictures: number, entry = compiledThread()): PictureLanes {
  if (pictures < MANY || entry === null) {
    return { lanes: [hereLane], array: (length) => new Float32Array(length) };
  }
  const threads = Math.min(MOST_THREADS, os.cpus().length);
  return {
    lanes: Array.from({ length: threads }, () => threadLane(entry)),
    array: (length) =>
      new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT)),
  };
}

const hereLane: PictureLane = {
  atOnce: 1,
  read: async (paths, shape, into) => {
    await setImmediate();
    return readPictures(paths, shape, into);
  },
  end: () => {},
};

/** Beside the compiled code; null where that runs uncompiled. */
function compiledThread(): string | null {
  const entry = join(__dirname, 'pictures.cjs');
  return existsSync(entry) ? entry : null;
}

function threadLane(entry: string): PictureLane {
  const worker = new Worker(entry);
  return {
    // A message takes as long as some small pictures.
    atOnce: 16,
    read: async (paths, shape, into) => {
      const asked: AskedPictures = { paths, shape, into };
      worker.postMessage(asked);
      const [read] = (await once(worker, 'message')) as [AnsweredPictures];
      if ('error' in read) throw fromWireError(read.error);
      return read;
    },
    end: () => void worker.terminate(),
  };
}
