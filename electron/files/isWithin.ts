import { sep } from 'node:path';

/** Whether an absolute path lies below a folder; a folder is not within itself. */
export function isWithin(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
