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
  readonly read: (paths: readonly string[], shape: PictureShape) => Promise<ReadPictures>;
  readonly end: () => void;
}

/** Starting threads takes as long as reading some hundred pictures. */
const MANY = 2_000;
const MOST_THREADS = 4;

/** Threads where there are many pictures; otherwise this thread. @param entry the compiled thread */
export function pictureLanes(pictures: number, entry = compiledThread()): readonly PictureLane[] {
  if (pictures < MANY || entry === null) return [hereLane];
  const threads = Math.min(MOST_THREADS, os.cpus().length);
  return Array.from({ length: threads }, () => threadLane(entry));
}

const hereLane: PictureLane = {
  atOnce: 1,
  read: async (paths, shape) => {
    await setImmediate();
    return readPictures(paths, shape);
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
    read: async (paths, shape) => {
      const asked: AskedPictures = { paths, shape };
      worker.postMessage(asked);
      const [read] = (await once(worker, 'message')) as [AnsweredPictures];
      if ('error' in read) throw fromWireError(read.error);
      return read;
    },
    end: () => void worker.terminate(),
  };
}
