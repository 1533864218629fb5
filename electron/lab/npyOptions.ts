import type { ChosenNpy } from '../../shared/data/chosen';
import { guessed, ofArray, setAside, type ArrayPart } from '../../shared/data/chosenArray';
import type { DataSource } from '../../shared/data/dataSource';
import { arraysNamed } from '../data/arraysNamed';
import { npyFacts, npyPreview } from '../data/npyPreview';
import { isNpz } from '../data/npz';
import { badArguments } from './badArguments';
import type { DescribedSource } from './describedSource';
import { oneOf, yesOrNo } from './optionValues';
import { moreOf, type GivenTableOptions } from './tableOptions';

const text = { type: 'string' } as const;

/** Options for NumPy arrays; a file is FILE.npy or FILE.npz:ARRAY, of several inputs FILE.npz:ARRAY,ARRAY. */
export const npyOptions = {
  labels: text,
  weights: text,
  groups: text,
  'validation-labels': text,
} as const;

export type GivenNpyOptions = GivenTableOptions & {
  readonly [K in keyof typeof npyOptions]?: string | undefined;
};

/** @throws {AppError} bad-arguments naming the option, file-not-found, bad-data */
export async function npyFrom(given: string, options: GivenNpyOptions): Promise<DescribedSource> {
  const { file, arrays } = arraysNamed(given);
  const [first, ...alsoArrays] = arrays;
  const rows = await arrayOf(first === undefined ? given : `${file}:${first}`, 'rows', null, '');
  const again = arrays.find((name, at, all) => all.indexOf(name) < at);
  if (again !== undefined) throw badArguments(`${given}: the array ${again} is named twice.`);
  const also = await Promise.all(
    alsoArrays.map(async (name) => ({ name, ...(await npyFacts(rows.path, name)) })),
  );
  const labels = await labelsOf(rows, options.labels);
  const [weights, groups] = await Promise.all(
    (['weights', 'groups'] as const).map((part) => {
      const own = options[part];
      return own === undefined ? null : arrayOf(own, part, rows, `--${part}`);
    }),
  );
  const { standardiseTarget, validation: beside, windows } = moreOf(options);
  const validation =
    beside === null ? null : await arrayOf(beside, 'validation', null, '--validation');
  if (validation === null && options['validation-labels'] !== undefined) {
    throw badArguments('--validation-labels: there is no --validation.');
  }
  const besideLabels =
    validation && (await besideLabelsOf(validation, options['validation-labels']));
  const target = oneOf('--target', options.target ?? 'class', {
    class: undefined,
    number: 'number',
  } as const);
  const source: DataSource = {
    kind: 'npy',
    path: rows.path,
    labels: labels.path,
    standardise: yesOrNo('--standardise', options.standardise) ?? false,
    ...named('array', rows),
    ...(alsoArrays.length > 0 && { alsoArrays }),
    ...named('labelsArray', labels),
    ...(target && { target }),
    ...(standardiseTarget && { standardiseTarget }),
    ...(weights && { weights: weights.path, ...named('weightsArray', weights) }),
    ...(groups && { groups: groups.path, ...named('groupsArray', groups) }),
    ...(validation && { validation: validation.path, ...named('validationArray', validation) }),
    ...(besideLabels && {
      validationLabels: besideLabels.path,
      ...named('validationLabelsArray', besideLabels),
    }),
    ...(windows && { windows }),
  };
  const parts = { rows, labels, weights, groups, validation, validationLabels: besideLabels };
  const recognised = Object.fromEntries(Object.entries(parts).filter(([, own]) => own));
  const lines = Object.entries(recognised).map(
    ([name, own]) =>
      `${name}: ${own?.array === undefined ? '' : `${own.array}, `}[${own?.shape.join(', ')}], ${own?.dtype}`,
  );
  lines.push(
    ...also.map(({ name, shape, dtype }) => `then: ${name}, [${shape.join(', ')}], ${dtype}`),
  );
  const aside = validation === null ? setAside(rows) : null;
  const notes =
    aside === null || aside === rows.array
      ? []
      : [`"${aside}" is not used: with --validation ${rows.path} the network is validated on it.`];
  return { source, recognised, text: lines.join('\n'), notes };
}

async function labelsOf(rows: ChosenNpy, given: string | undefined): Promise<ChosenNpy> {
  if (given !== undefined) return arrayOf(given, 'labels', rows, '--labels');
  const found = guessed(rows, 'labels', rows);
  if (found !== null) return found;
  throw badArguments('--labels: name the array of the labels, or of the numbers to predict.');
}

async function besideLabelsOf(rows: ChosenNpy, given: string | undefined): Promise<ChosenNpy> {
  const option = '--validation-labels';
  if (given !== undefined) return arrayOf(given, 'validationLabels', rows, option);
  const found = guessed(rows, 'validationLabels', rows);
  if (found !== null) return found;
  throw badArguments(`${option}: name the array of the labels for validation.`);
}

/**
 * @param part what an archive's array is guessed to be where none is named
 * @param rows the rows that it goes with; an array of their archive may be named alone
 */
async function arrayOf(
  given: string,
  part: ArrayPart,
  rows: ChosenNpy | null,
  option: string,
): Promise<ChosenNpy> {
  if (rows?.arrays?.some(({ name }) => name === given) === true) return ofArray(rows, given);
  const {
    file,
    arrays: [array],
  } = arraysNamed(given);
  const chosen = await npyPreview(file);
  if (!isNpz(file)) return chosen;
  if (array !== undefined) {
    await npyFacts(file, array);
    return ofArray(chosen, array);
  }
  const found = chosen.arrays?.length === 1 ? chosen : guessed(chosen, part, rows);
  if (found !== null) return found;
  const names = (chosen.arrays ?? []).map(({ name }) => name).slice(0, 12);
  throw badArguments(
    `${option === '' ? file : option}: name the array, as ${file}:ARRAY, of ${names.join(', ')}.`,
  );
}

function named<K extends string>(field: K, { array }: ChosenNpy): { readonly [F in K]?: string } {
  return array === undefined ? {} : ({ [field]: array } as { readonly [F in K]?: string });
}
