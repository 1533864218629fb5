import type { ChosenNpy } from './chosen';

/** Names that arrays have, by what they are. */
const names = {
  rows: /^(x|x_?train|inputs?|images?|data|features|arr_0)$/i,
  labels: /^(y|y_?train|labels?|targets?|arr_1)$/i,
  validation: /^x_?(val|valid|validation|test)$/i,
  validationLabels: /^y_?(val|valid|validation|test)$/i,
} as const;
export type ArrayPart = keyof typeof names;

/** The archive with another array chosen; what is no archive, or does not have it, stays as it is. */
export function ofArray(chosen: ChosenNpy, array: string | undefined): ChosenNpy {
  const found = chosen.arrays?.find(({ name }) => name === array);
  if (found === undefined) return chosen;
  return { ...chosen, array: found.name, shape: found.shape, dtype: found.dtype };
}

/** The array of an archive that is probably meant: by its name, or by having a row's number alone. */
export function guessed(chosen: ChosenNpy, part: ArrayPart): ChosenNpy {
  const { arrays = [] } = chosen;
  const isLabels = ({ shape }: (typeof arrays)[number]) => isColumn(shape);
  const found =
    arrays.find(({ name }) => names[part].test(name)) ??
    arrays.find((own) => isLabels(own) === (part === 'labels' || part === 'validationLabels'));
  return ofArray(chosen, found?.name);
}

/** One number per row: labels, as a vector or as a column. */
export function isColumn(shape: readonly number[]): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}
