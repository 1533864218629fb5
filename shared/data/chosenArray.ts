import type { ChosenNpy, NpyFacts } from './chosen';

/** What an array is, by the words of its name. */
const kinds = {
  rows: ['x', 'images', 'image', 'inputs', 'input', 'data', 'features', 'arr0'],
  labels: ['y', 'labels', 'label', 'targets', 'target', 'classes', 'class', 'arr1'],
  weights: ['weights', 'weight', 'w'],
  groups: ['groups', 'group'],
} as const;
const sets = {
  train: ['train', 'training'],
  validation: ['val', 'valid', 'validation', 'dev'],
  test: ['test', 'testing'],
} as const;
type SetName = keyof typeof sets | null;

export type ArrayPart =
  'rows' | 'labels' | 'weights' | 'groups' | 'validation' | 'validationLabels';

/** The archive with another array chosen; what is no archive, or does not have it, stays as it is. */
export function ofArray(chosen: ChosenNpy, array: string | undefined): ChosenNpy {
  const found = chosen.arrays?.find(({ name }) => name === array);
  if (found === undefined) return chosen;
  return { ...chosen, array: found.name, shape: found.shape, dtype: found.dtype };
}

/**
 * The array of an archive that is probably meant: by the words of its name, else by having one number per row.
 * @param rows the rows that labels, weights or groups go with
 * @returns null if none is
 */
export function guessed(
  chosen: ChosenNpy,
  part: ArrayPart,
  rows: ChosenNpy | null = null,
): ChosenNpy | null {
  const { arrays = [] } = chosen;
  const kind = part === 'validation' ? 'rows' : part === 'validationLabels' ? 'labels' : part;
  const isSameArchive = rows?.path === chosen.path && rows.array !== undefined;
  const wanted: readonly SetName[] = isSameArchive
    ? [setOf(rows.array ?? '')]
    : part === 'validation' || part === 'validationLabels'
      ? ['validation', 'test']
      : ['train', null];
  for (const set of wanted) {
    const inSet = arrays.filter(({ name }) => setOf(name) === set);
    const found = inSet.find(({ name }) => has(name, kinds[kind])) ?? byShape(inSet, kind, rows);
    if (found !== undefined) return ofArray(chosen, found.name);
  }
  return null;
}

/** Whether an archive has rows that seem to be meant for validation. */
export function setAside(chosen: ChosenNpy): string | null {
  return guessed(chosen, 'validation')?.array ?? null;
}

function byShape(
  arrays: readonly NpyFacts[],
  kind: keyof typeof kinds,
  rows: ChosenNpy | null,
): NpyFacts | undefined {
  if (kind !== 'rows' && kind !== 'labels') return undefined;
  const isOther = ({ name }: NpyFacts) => has(name, [...kinds.weights, ...kinds.groups]);
  return arrays.find(
    (own) =>
      !isOther(own) && own.name !== rows?.array && isColumn(own.shape) === (kind === 'labels'),
  );
}

function setOf(name: string): SetName {
  const names = Object.keys(sets) as (keyof typeof sets)[];
  return names.find((set) => has(name, sets[set])) ?? null;
}

/** Whether one of a name's words, such as `x` and `train` of x_train or xTrain, is among some. */
function has(name: string, words: readonly string[]): boolean {
  const own = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  // xtrain and ytest are usual as well.
  const split = own.flatMap(
    (word) => /^([xy])(train|test|val|valid)$/.exec(word)?.slice(1) ?? word,
  );
  const joined = name.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return split.some((word) => words.includes(word)) || words.includes(joined);
}

/** One number per row: labels, as a vector or as a column. */
export function isColumn(shape: readonly number[]): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}
