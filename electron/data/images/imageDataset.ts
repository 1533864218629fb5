import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/lib/appError';
import type { DataSource } from '../../../shared/data/dataSource';
import { badData } from '../badData';
import { hashed, type Dataset } from '../dataset';
import { inputsOf } from '../inputsOf';
import type { ReadPorts } from '../readPorts';
import { refuseTooLarge } from '../refuseTooLarge';
import { decodeImage } from './decodeImage';
import type { Picture } from './picture';
import { imageFolder, pictureTypes, type ImageFolder } from './imageFolder';
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
  const { path, validation, width, height, channels } = source;
  const { classes, ...train } = imageFolder(path);
  const beside = validation === undefined ? null : imageFolder(validation, classes);
  const [held, passedOver] = [
    beside?.images ?? [],
    [...train.passedOver, ...(beside?.passedOver ?? [])],
  ];
  const images = [...train.images, ...held];
  const turned: string[] = [];
  const features = height * width * channels;
  refuseTooLarge(path, images.length, features, memoryBytes);
  const rows = new Float32Array(images.length * features);
  for (const [row, { path: own }] of images.entries()) {
    if (row % YIELD_EVERY === 0) await setImmediate();
    if (signal?.aborted) throw new AppError('stopped', 'Stopped.', 'Choose the folder again.');
    const stored = await readImage(own);
    if (stored.orientation !== undefined) turned.push(relative(path, own));
    const picture = resize(withChannels(stored, channels), width, height);
    rows.set(picture.values, row * features);
    onProgress(row + 1, images.length);
  }
  const first = train.images.length * features;
  const parts = [rows.subarray(0, first), ...(held.length === 0 ? [] : [rows.subarray(first)])];
  return {
    ...hashed({
      rows: images.length,
      features,
      inputs: source.standardise ? inputsOf(parts, features, true) : rows,
      labels: Int32Array.from(images, ({ label }) => label),
      numbers: null,
      classes,
      heldOut: held.length === 0 ? null : { rows: held.length, by: 'file' },
    }),
    rowShape: [height, width, channels],
    notes: [
      ...passedOverNote(passedOver),
      ...missingNote(classes, beside),
      ...(turned.length === 0
        ? []
        : [
            `${named(turned)} ${turned.length === 1 ? 'has' : 'have'} an EXIF orientation; pixels are used as stored, as in Keras.`,
          ]),
    ],
  };
}

/** A note on classes that the folder for validation has no picture of; none if it has all. */
function missingNote(classes: readonly string[], beside: ImageFolder | null): string[] {
  if (beside === null) return [];
  const there = new Set(beside.images.map(({ label }) => label));
  const missing = classes.filter((_, label) => !there.has(label));
  return missing.length === 0
    ? []
    : [`The pictures for validation have none of ${missing.slice(0, 3).join(', ')}.`];
}

/** The note about files that are not pictures; none if there are no such files. */
export function passedOverNote(passedOver: readonly string[]): string[] {
  return passedOver.length === 0
    ? []
    : [`Skipped, since only ${pictureTypes} files are read: ${named(passedOver)}.`];
}

function named(paths: readonly string[]): string {
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `${paths.slice(0, 3).join(', ')}${more}`;
}

function readWhole(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size > MOST_FILE_BYTES) throw new Error('it is larger than 64 MiB');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** @throws {AppError} bad-data, naming the file */
export async function readImage(path: string): Promise<Picture> {
  try {
    return await decodeImage(readWhole(path));
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
