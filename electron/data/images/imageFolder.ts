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
   * The same order on every machine, and mixed: by the sha256 of class and name. Sorted by class,
   * the last rows, which validation takes, would be one class only.
   */
  readonly images: readonly { readonly path: string; readonly label: number }[];
}

/**
 * The pictures of a folder that has one folder of PNG and JPEG files a class, as Keras'
 * image_dataset_from_directory reads them. Hidden files are passed over.
 * @throws {AppError} file-not-found, bad-data
 */
export function imageFolder(path: string): ImageFolder {
  const classes = entries(path).map((entry) => {
    if (entry.isFile()) {
      throw badData(
        `${join(path, entry.name)} lies beside the folders of the classes.`,
        'Move it into the folder of its class, or away.',
      );
    }
    return entry.name;
  });
  if (classes.length < 2) {
    throw badData(
      `${path} has ${classes.length === 0 ? 'no folders' : 'one folder'} in it.`,
      'Choose a folder with a folder of PNG or JPEG files for each class, at least two.',
    );
  }
  const images = classes.flatMap((name, label) => {
    const folder = join(path, name);
    const files = entries(folder);
    if (files.length === 0)
      throw badData(`${folder} is empty.`, 'Put its pictures in or remove it.');
    return files.map((file) => ({
      path: join(folder, file.name),
      label,
      place: createHash('sha256').update(`${name}/${file.name}`).digest('hex'),
    }));
  });
  if (images.length > MOST_IMAGES) {
    throw badData(
      `${path} has ${images.length} pictures.`,
      `Up to ${MOST_IMAGES} are read; take a part of them.`,
    );
  }
  images.sort((a, b) => (a.place < b.place ? -1 : 1));
  return { classes, images };
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
    throw badData(`${folder} cannot be read as a folder: ${message}`, 'Choose another one.', error);
  }
}
