import { relative } from 'node:path';
import { AppError } from '../../../shared/lib/appError';
import type { DataSource } from '../../../shared/data/dataSource';
import { hashed, type Dataset } from '../dataset';
import { inputsOf } from '../inputsOf';
import type { ReadFile } from '../cache/contentHash';
import type { ReadPorts } from '../readPorts';
import { refuseTooLarge } from '../refuseTooLarge';
import { imageFolder, pictureTypes, type ImageFolder } from './imageFolder';
import { pictureLanes, type PictureLane } from './pictureLanes';
import type { PictureShape } from './readPicture';

/**
 * A row for each picture in a folder: height x width x channels numbers from 0 to 1, channels last.
 * @throws {AppError} file-not-found, bad-data, naming the file
 */
export async function imageDataset(
  source: Extract<DataSource, { kind: 'images' }>,
  ports: ReadPorts,
): Promise<Dataset> {
  const { path, validation, width, height, channels } = source;
  const { classes, ...train } = imageFolder(path);
  const beside = validation === undefined ? null : imageFolder(validation, classes);
  const [held, passedOver] = [
    beside?.images ?? [],
    [...train.passedOver, ...(beside?.passedOver ?? [])],
  ];
  const images = [...train.images, ...held];
  const features = height * width * channels;
  refuseTooLarge(path, images.length, features, ports.memoryBytes);
  const { rows, turned } = await readPictures(images, source, ports);
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
            `${named(turned.map((own) => relative(path, own)))} ${turned.length === 1 ? 'has' : 'have'} an EXIF orientation; pixels are used as stored, as in Keras.`,
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

/**
 * A row for each picture, some at a time in each lane.
 * @throws {AppError} bad-data, naming the first file that cannot be read
 */
export async function readPictures(
  images: ImageFolder['images'],
  { width, height, channels }: PictureShape,
  { onProgress, onRead, signal }: ReadPorts,
): Promise<{ readonly rows: Float32Array; readonly turned: readonly string[] }> {
  const { lanes, array } = pictureLanes(images.length);
  const features = height * width * channels;
  const rows = array(images.length * features);
  const turned: string[][] = [];
  const failed = new Map<number, unknown>();
  let [next, done] = [0, 0];
  const follow = async ({ read, atOnce }: PictureLane) => {
    while (next < images.length && failed.size === 0 && signal?.aborted !== true) {
      const from = next;
      next += atOnce;
      const own = images.slice(from, next).map(({ path }) => path);
      try {
        const part = await read(own, { width, height, channels }, rows.subarray(from * features));
        turned[from] = [...part.turned];
        for (const [at, path] of own.entries()) onRead(path, part.files[at] as ReadFile);
        done += own.length;
        onProgress(done, images.length);
      } catch (error) {
        failed.set(from, error);
      }
    }
  };
  try {
    await Promise.all(lanes.map(follow));
  } finally {
    for (const { end } of lanes) end();
  }
  if (signal?.aborted) throw new AppError('stopped', 'Stopped.', 'Choose the folder again.');
  // Whichever lane was first.
  if (failed.size > 0) throw failed.get(Math.min(...failed.keys()));
  return { rows, turned: turned.flat() };
}
