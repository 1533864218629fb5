import { basename } from 'node:path';
import type { ChosenImages } from '../../../shared/data/chosen';
import { imageFolder, splitFolders } from './imageFolder';
import { passedOverNote } from './imageDataset';
import { readPicture } from './readPicture';

/**
 * A folder's classes, how many pictures it has, and the size of the first one; and its folder for validation,
 * where it has one of that name. The other pictures are checked when training starts.
 * @throws {AppError} file-not-found, bad-data
 */
export async function imagePreview(chosen: string): Promise<ChosenImages> {
  const { path, validation, leftOut } = splitFolders(chosen);
  const { classes, images, passedOver } = imageFolder(path);
  if (validation !== null) imageFolder(validation, classes);
  // There is a first one: a class without pictures is refused.
  const { width, height, channels } = await readPicture(images[0]?.path ?? path);
  const notes = [
    ...(validation === null
      ? []
      : [`Trained on ${basename(path)}, validated on ${basename(validation)}.`]),
    ...(leftOut.length === 0 ? [] : [`Not used: ${leftOut.join(', ')}.`]),
    ...passedOverNote(passedOver),
  ];
  const size = { width, height, isColoured: channels >= 3 };
  return { path, validation, classes, images: images.length, ...size, notes };
}
