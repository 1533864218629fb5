import { imageFolder } from './imageFolder';
import { passedOverNote, readImage } from './imageDataset';

/**
 * A folder's classes, how many pictures it has, and the size of the first one. The others are
 * checked when training starts.
 * @throws {AppError} file-not-found, bad-data
 */
export function imagePreview(path: string) {
  const { classes, images, passedOver } = imageFolder(path);
  // There is a first one: a class without pictures is refused.
  const { width, height, channels } = readImage(images[0]?.path ?? path);
  const notes = passedOverNote(passedOver);
  return { classes, images: images.length, width, height, isColoured: channels >= 3, notes };
}
