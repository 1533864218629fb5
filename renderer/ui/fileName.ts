/** The last part of a path, with either separator. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
