/** A file and the arrays that are named in it, as people write it: `pairs.npz:left,right`; none of another file. */
export function arraysNamed(given: string): {
  readonly file: string;
  readonly arrays: readonly string[];
} {
  const [, file, names] = /^(.*\.npz):([^:/\\]+)$/i.exec(given) ?? [];
  return file === undefined || names === undefined
    ? { file: given, arrays: [] }
    : { file, arrays: names.split(',') };
}
