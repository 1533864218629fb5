import { createHash } from 'node:crypto';
import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/lib/appError';
import { badData } from '../badData';

const MOST_IMAGES = 200_000;

export interface ImageFolder {
  /** Names of the folders, by code unit. */
  readonly classes: readonly string[];
  /**
   * Shuffled, but the same on every machine: ordered by the sha256 of class and name. Sorted by class,
   * the last rows, which validation takes, would all be of one class.
   */
  readonly images: readonly { readonly path: string; readonly label: number }[];
  /** Files and folders that were skipped since they are no supported pictures, by path in the folder. */
  readonly passedOver: readonly string[];
}

const PICTURE = /\.(png|jpe?g|gif|bmp|webp)$/i;
/** By its name. */
export function isPicture(name: string): boolean {
  return PICTURE.test(name);
}

/** As people know them. */
export const pictureTypes = 'PNG, JPEG, GIF, BMP and WebP';
/** Folders that archives and operating systems leave beside the classes. */
const NO_CLASS = new Set(['__MACOSX', '@eaDir', '$RECYCLE.BIN']);

/**
 * The pictures in a folder that has one folder of pictures per class, directly or in folders below, as Keras'
 * image_dataset_from_directory finds them. Other files are skipped and reported.
 * @param known the classes of the pictures to train on, for a folder that is held out; it may lack some
 * @throws {AppError} file-not-found, bad-data
 */
export function imageFolder(path: string, known: readonly string[] | null = null): ImageFolder {
  const passedOver: string[] = [];
  const found = entries(path).flatMap((entry) => {
    if (entry.isDirectory() && !NO_CLASS.has(entry.name)) return [entry.name];
    if (PICTURE.test(entry.name)) {
      throw badData(
        `${join(path, entry.name)} lies beside the folders of the classes.`,
        'Move it into the folder of its class, or away.',
      );
    }
    passedOver.push(entry.name);
    return [];
  });
  const classes = known ?? found;
  const other = found.find((name) => !classes.includes(name));
  if (other !== undefined) {
    throw badData(
      `${join(path, other)} is a class that there are no pictures of to train on.`,
      `Classes are ${classes.slice(0, 12).join(', ')}: rename the folder, move it away, or add such pictures to train on.`,
    );
  }
  if (classes.length < 2 || found.length === 0) {
    throw badData(
      `${path} has ${found.length === 0 ? 'no folders' : 'one folder'} in it.`,
      'Choose a folder with a folder of pictures for each class, at least two.',
    );
  }
  const images = classes.flatMap((name, label) => {
    if (!found.includes(name)) return [];
    const files = filesBelow(path, name, passedOver);
    if (files.length === 0) {
      throw badData(
        `${join(path, name)} has no ${pictureTypes.replace(' and ', ' or ')} file in it.`,
        'Put its pictures in or remove it.',
      );
    }
    return files.map((file) => ({
      path: join(path, file),
      label,
      place: createHash('sha256').update(file).digest('hex'),
    }));
  });
  if (images.length > MOST_IMAGES) {
    throw badData(
      `${path} has ${images.length} pictures.`,
      `Up to ${MOST_IMAGES} are read; take a part of them.`,
    );
  }
  images.sort((a, b) => (a.place < b.place ? -1 : 1));
  return { classes, images, passedOver };
}

/** A folder of pictures as it is meant: the folder itself, or two in it that are made to train and to validate. */
export interface SplitFolders {
  readonly path: string;
  readonly validation: string | null;
  /** Such as a third one, with which a network is tested. */
  readonly leftOut: readonly string[];
}

const TRAIN = /^(train|training)$/i;
/** The first that is there is taken. */
const VALIDATION = [/^(val|valid|validation|dev)$/i, /^(test|testing)$/i];

/** Folders `train` and `val`, or the like, with the classes in them, are a split. @throws {AppError} */
export function splitFolders(path: string): SplitFolders {
  const folders = entries(path)
    .filter((entry) => entry.isDirectory() && !NO_CLASS.has(entry.name))
    .map(({ name }) => name);
  const isSplit = folders.every((name) => [TRAIN, ...VALIDATION].some((own) => own.test(name)));
  const train = folders.find((name) => TRAIN.test(name));
  const validation = VALIDATION.map((own) => folders.find((name) => own.test(name))).find(Boolean);
  const hasClasses = (name: string) =>
    entries(join(path, name)).some((entry) => entry.isDirectory());
  if (!isSplit || train === undefined || !folders.every(hasClasses)) {
    return { path, validation: null, leftOut: [] };
  }
  return {
    path: join(path, train),
    validation: validation === undefined ? null : join(path, validation),
    leftOut: folders.filter((name) => name !== train && name !== validation),
  };
}

/** Pictures by their paths from the root, with slashes on every machine. */
function filesBelow(root: string, folder: string, passedOver: string[]): string[] {
  return entries(join(root, folder)).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path, passedOver);
    if (PICTURE.test(entry.name)) return [path];
    passedOver.push(path);
    return [];
  });
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'Thumbs.db')
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new AppError(
        'file-not-found',
        `There is no folder ${folder}.`,
        'Check the path.',
        error,
      );
    }
    if (code === 'ENOTDIR') {
      throw badData(
        `${folder} is a file, not a folder of pictures.`,
        'Choose the folder that has a folder for each class.',
        error,
      );
    }
    throw badData(`${folder} cannot be read as a folder: ${message}`, 'Choose another one.', error);
  }
}
