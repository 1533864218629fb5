import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { stateOf, type ReadFile } from '../cache/contentHash';
import { badData } from '../badData';
import { decodeImage } from './decodeImage';
import type { Picture } from './picture';
import { resize, withChannels } from './resize';

const MOST_FILE_BYTES = 64 * 1024 * 1024;

/** What pictures are made into. */
export interface PictureShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** What is told of pictures that were read. */
export interface ReadPictures {
  readonly files: readonly ReadFile[];
  /** Paths of those that have an EXIF orientation. */
  readonly turned: readonly string[];
}

/**
 * Reads pictures one after the other: height x width x channels numbers from 0 to 1 each, channels last.
 * @param into where the first one begins
 * @throws {AppError} bad-data, naming the file
 */
export async function readPictures(
  paths: readonly string[],
  { width, height, channels }: PictureShape,
  into: Float32Array,
): Promise<ReadPictures> {
  const features = height * width * channels;
  const turned: string[] = [];
  const files: ReadFile[] = [];
  for (const [row, path] of paths.entries()) {
    const { bytes, state, picture: stored } = await readStored(path);
    files.push({ sha256: createHash('sha256').update(bytes).digest('hex'), state });
    if (stored.orientation !== undefined) turned.push(path);
    const picture = resize(withChannels(stored, channels), width, height);
    into.set(picture.values, row * features);
  }
  return { files, turned };
}

/** @throws {AppError} bad-data, naming the file */
export async function readPicture(path: string): Promise<Picture> {
  return (await readStored(path)).picture;
}

async function readStored(
  path: string,
): Promise<{ readonly bytes: Buffer; readonly state: string; readonly picture: Picture }> {
  try {
    const { bytes, state } = readWhole(path);
    return { bytes, state, picture: await decodeImage(bytes) };
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    // A decoder that reads on beyond the end of a file, or does not find where pixels begin.
    const isCutOff = error instanceof RangeError || /marker was not found/.test(told);
    const reason = isCutOff ? 'it is damaged or cut off' : told;
    throw badData(
      `${path} cannot be read as a picture: ${reason}`,
      'Store it as PNG or JPEG again, or move it out of the folder.',
      error,
    );
  }
}

function readWhole(path: string): { readonly bytes: Buffer; readonly state: string } {
  const file = openSync(path, 'r');
  try {
    const stats = fstatSync(file);
    if (stats.size > MOST_FILE_BYTES) throw new Error('it is larger than 64 MiB');
    return { bytes: readFileSync(file), state: stateOf(stats) };
  } finally {
    closeSync(file);
  }
}
