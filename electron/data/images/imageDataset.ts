import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/lib/appError';
import type { DataSource } from '../../../shared/data/dataSource';
import { badData } from '../badData';
import { datasetOf, type Dataset } from '../dataset';
import type { ReadPorts } from '../readPorts';
import { refuseTooLarge } from '../refuseTooLarge';
import { decodeImage, type Picture } from './decodeImage';
import { imageFolder } from './imageFolder';
import { resize, withChannels } from './resize';

const MOST_FILE_BYTES = 64 * 1024 * 1024;
/** Pictures between two looks at whether to stop. */
const YIELD_EVERY = 64;

/**
 * A row for each picture in a folder: height x width x channels numbers from 0 to 1, channels last.
 * @throws {AppError} file-not-found, bad-data, naming the file
 */
export async function imageDataset(
  source: Extract<DataSource, { kind: 'images' }>,
  { onProgress, signal, memoryBytes }: ReadPorts,
): Promise<Dataset> {
  const { classes, images, passedOver } = imageFolder(source.path);
  const turned: string[] = [];
  const features = source.height * source.width * source.channels;
  refuseTooLarge(source.path, images.length, features, memoryBytes);
  const rows = new Float32Array(images.length * features);
  for (const [row, { path }] of images.entries()) {
    if (row % YIELD_EVERY === 0) await setImmediate();
    if (signal?.aborted) throw new AppError('stopped', 'Stopped.', 'Choose the folder again.');
    const stored = readImage(path);
    if (stored.orientation !== undefined) turned.push(relative(source.path, path));
    const picture = resize(withChannels(stored, source.channels), source.width, source.height);
    rows.set(picture.values, row * features);
    onProgress(row + 1, images.length);
  }
  const labels = Int32Array.from(images, ({ label }) => label);
  return {
    ...datasetOf(rows, features, labels, classes, source.standardise),
    rowShape: [source.height, source.width, source.channels],
    notes: [
      ...passedOverNote(passedOver),
      ...(turned.length === 0
        ? []
        : [
            `${named(turned)} ${turned.length === 1 ? 'has' : 'have'} an EXIF orientation; pixels are used as stored, as in Keras.`,
          ]),
    ],
  };
}

/** The note about files that are not pictures; none if there are no such files. */
export function passedOverNote(passedOver: readonly string[]): string[] {
  return passedOver.length === 0
    ? []
    : [`Skipped, since only PNG and JPEG files are read: ${named(passedOver)}.`];
}

function named(paths: readonly string[]): string {
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `${paths.slice(0, 3).join(', ')}${more}`;
}

/** @throws {AppError} bad-data, naming the file */
export function readImage(path: string): Picture {
  try {
    if (statSync(path).size > MOST_FILE_BYTES) throw new Error('it is larger than 64 MiB');
    return decodeImage(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(
      `${path} cannot be read as a picture: ${reason}`,
      'Store it as PNG or JPEG again, or move it out of the folder.',
      error,
    );
  }
}
