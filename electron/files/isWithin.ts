import { resolve, sep } from 'node:path';

/**
 * Whether a path lies below a folder; a folder is not within itself. Paths may come from files of
 * others, so that ".." in them counts.
 */
export function isWithin(path: string, folder: string): boolean {
  const [inner, outer] = [resolve(path), resolve(folder)];
  return inner !== outer && inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
