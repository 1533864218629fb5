import { statSync } from 'node:fs';
import { dataSourceSchema, type DataSource } from '../../shared/data/dataSource';
import { issueText } from '../../shared/lib/issueText';
import { beginningOf } from '../data/beginning';
import { badArguments } from './badArguments';
import { imageOptions, imagesFrom } from './imageOptions';
import { npyFrom, npyOptions } from './npyOptions';
import { describedTable } from './describedTable';
import { tableOptions } from './tableOptions';

/** Data as the command line says it is read, and what was recognised of its files. */
export interface DescribedSource {
  readonly source: DataSource;
  /** For JSON. */
  readonly recognised: unknown;
  readonly text: string;
  readonly notes: readonly string[];
}

/** Options of every kind of data. */
export const dataOptions = { ...tableOptions, ...npyOptions, ...imageOptions } as const;

/** What the kinds have in common, and what each has of its own. */
const common = [
  'target',
  'standardise',
  'standardise-target',
  'validation',
  'window',
  'window-target',
];
const kinds = {
  table: { noun: 'a table', options: Object.keys(tableOptions), read: describedTable },
  npy: { noun: 'a NumPy array', options: [...Object.keys(npyOptions), ...common], read: npyFrom },
  images: {
    noun: 'a folder of pictures',
    options: [...Object.keys(imageOptions), 'standardise', 'validation'],
    read: imagesFrom,
  },
} as const;

type Given = Parameters<typeof npyFrom>[1] & Parameters<typeof imagesFrom>[1];

/** @throws {AppError} bad-arguments naming the option, file-not-found, bad-data */
export async function describedSource(path: string, given: Given): Promise<DescribedSource> {
  const kind = kinds[kindOf(path)];
  const other = Object.keys(dataOptions).find(
    (name) => given[name as keyof Given] !== undefined && !kind.options.includes(name),
  );
  if (other !== undefined) throw badArguments(`--${other}: ${path} is ${kind.noun}.`);
  const described = await kind.read(path, given);
  const valid = dataSourceSchema.safeParse(described.source);
  if (valid.success) return described;
  const [issue] = valid.error.issues;
  throw badArguments(`${path}: ${issue === undefined ? 'it is not valid' : issueText(issue)}.`);
}

function kindOf(path: string): keyof typeof kinds {
  const isArchive = /\.npz(:[^:/\\]+)?$/i.test(path);
  if (isArchive) return 'npy';
  const facts = statSync(path, { throwIfNoEntry: false });
  // What is not there is refused where it is read, after its options.
  if (facts === undefined) return 'table';
  if (facts.isDirectory()) return 'images';
  return beginningOf(path, 6).toString('latin1') === '\u0093NUMPY' ? 'npy' : 'table';
}
