import {
  encodings,
  RUNS_OF_BLANKS,
  type CsvFormat,
  type GivenFormat,
} from '../../shared/data/table/format';
import {
  columnRoles,
  columnSchema,
  missingPolicies,
  orderOf,
  type Column,
  type MissingPolicy,
} from '../../shared/data/table/columns';
import type { TableSource } from '../../shared/data/kinds/table';
import type { RecognisedTable } from '../../shared/data/table/recognised';
import {
  readingOf,
  sourceOf,
  targetsIn,
  withColumns,
  type TableReading,
} from '../../shared/data/table/tableSource';
import { windowsSchema, type Windows } from '../../shared/data/windows';
import { issueText } from '../../shared/lib/issueText';
import { recogniseTable } from '../data/table/recogniseTable';
import { badArguments } from './badArguments';
import { oneOf, wholeNumber, yesOrNo } from './optionValues';

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;

/** Options of every command that reads a table: what is not given is recognised. */
export const tableOptions = {
  label: texts,
  target: text,
  encoding: text,
  separator: text,
  decimal: text,
  thousands: text,
  header: text,
  skip: text,
  quote: text,
  comment: text,
  role: texts,
  missing: texts,
  'also-missing': text,
  words: texts,
  order: texts,
  standardise: text,
  'standardise-target': text,
  validation: text,
  window: text,
  'window-target': text,
} as const;

/** As parsed: several times given, an option is a list. */
export type GivenTableOptions = {
  readonly [K in keyof typeof tableOptions]?: (typeof tableOptions)[K] extends { multiple: true }
    ? string[] | undefined
    : string | undefined;
};

/**
 * A table as the command line says it is read.
 * @throws {AppError} bad-arguments naming the option, file-not-found, bad-data
 */
export async function tableFrom(
  path: string,
  given: GivenTableOptions,
): Promise<{ readonly table: RecognisedTable; readonly source: TableSource }> {
  const { label: labels = [], role: roles = [], missing = [] } = given;
  const [target = null] = labels;
  const table = await recogniseTable(path, { format: givenFormat(given), target });
  const reading = withRoles(table, labels, roles);
  let { columns } = reading;
  for (const own of missing) columns = withMissing(columns, own);
  for (const own of given.words ?? []) columns = withWords(columns, own);
  for (const own of given.order ?? []) columns = withOrder(columns, own);
  if (targetsIn(columns).length === 0)
    throw badArguments('--role: no column is the target now; name it with --label.');
  const isNumber =
    given.target === undefined
      ? reading.isNumber
      : oneOf('--target', given.target, { class: false, number: true });
  const standardise = yesOrNo('--standardise', given.standardise) ?? true;
  const more = moreOf(given);
  if (more.standardiseTarget && !isNumber) {
    throw badArguments('--standardise-target: the target names classes; give --target number.');
  }
  return { table, source: sourceOf(path, { ...reading, columns, isNumber, standardise, ...more }) };
}

/** As recognised, with the targets and roles that are given; any of them replaces the proposed target. */
function withRoles(
  table: RecognisedTable,
  labels: readonly string[],
  roles: readonly string[],
): TableReading {
  let reading = readingOf(table);
  let isOwn = labels.length > 0;
  const more = labels.slice(1).map((label) => ['--label', label, 'target'] as const);
  const given = roles.map((role): readonly [string, string, string] => [
    '--role',
    ...halves('--role', role),
  ]);
  for (const own of [...more, ...given]) {
    const before = targetsIn(reading.columns).join();
    reading = withColumns(reading, table, changed(reading.columns, ...own), isOwn);
    isOwn ||= targetsIn(reading.columns).join() !== before;
  }
  return reading;
}

/** What tables and arrays have in common: how targets are scaled, rows for validation, windows. */
export function moreOf(given: GivenTableOptions) {
  const { validation, window } = given;
  return {
    standardiseTarget: yesOrNo('--standardise-target', given['standardise-target']) ?? false,
    validation: validation ?? null,
    windows: window === undefined ? noWindow(given) : windowOf(window, given),
  };
}

function noWindow(given: GivenTableOptions): null {
  if (given['window-target'] === undefined) return null;
  throw badArguments('--window-target: there is no --window.');
}

/** `LENGTH[,AHEAD[,STRIDE]]` */
function windowOf(own: string, given: GivenTableOptions): Windows {
  const [length, ahead = '1', stride = '1', more] = own.split(',');
  if (more !== undefined) throw badArguments('--window: give LENGTH, AHEAD and STRIDE, no more.');
  const result = windowsSchema.safeParse({
    length: wholeNumber('--window', length ?? ''),
    ahead: wholeNumber('--window', ahead),
    stride: wholeNumber('--window', stride),
    withTarget: yesOrNo('--window-target', given['window-target']) ?? false,
  });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badArguments(`--window: ${issue === undefined ? 'it is not valid' : issueText(issue)}.`);
}

/** `COLUMN=LENGTH[,VOCABULARY]` */
function withWords(columns: readonly Column[], own: string): readonly Column[] {
  const [name, sizes] = halves('--words', own);
  const [length, vocabulary, more] = sizes.split(',');
  if (more !== undefined) throw badArguments('--words: give COLUMN=LENGTH,VOCABULARY, no more.');
  return withColumn(columns, '--words', name, (column) => ({
    ...column,
    role: 'tokens',
    length: wholeNumber('--words', length ?? ''),
    ...(vocabulary !== undefined && { vocabulary: wholeNumber('--words', vocabulary) }),
  }));
}

/** `COLUMN=LOWEST,...,HIGHEST` */
function withOrder(columns: readonly Column[], own: string): readonly Column[] {
  const [name, categories] = halves('--order', own);
  return withColumn(columns, '--order', name, (column) => ({
    ...column,
    role: column.role === 'target' ? 'target' : 'ordinal',
    order: orderOf(categories),
  }));
}

/** Whether any of the options was given. */
export function namesTable(given: GivenTableOptions): string | null {
  return (
    Object.keys(tableOptions).find(
      (name) => given[name as keyof GivenTableOptions] !== undefined,
    ) ?? null
  );
}

function givenFormat(given: GivenTableOptions): GivenFormat {
  const { encoding, separator, decimal, thousands, header, skip, quote, comment } = given;
  const names = {
    tab: '\t',
    space: ' ',
    spaces: RUNS_OF_BLANKS,
    none: '',
    comma: ',',
    semicolon: ';',
  } as const;
  const sign = (value: string) => names[value as 'tab'] ?? value.replace(/^\\t$/, '\t');
  const hasHeader = yesOrNo('--header', header);
  const also = given['also-missing'];
  return {
    ...(encoding !== undefined && { encoding: encodingNamed(encoding) }),
    ...(separator !== undefined && { separator: sign(separator) }),
    ...(decimal !== undefined && {
      decimal: oneOf('--decimal', decimal, { '.': '.', ',': ',' }) as CsvFormat['decimal'],
    }),
    ...(thousands !== undefined && {
      thousands: oneOf('--thousands', sign(thousands), {
        '': '',
        ',': ',',
        '.': '.',
        ' ': ' ',
        "'": "'",
      }) as CsvFormat['thousands'],
    }),
    ...(hasHeader !== undefined && { hasHeader }),
    ...(skip !== undefined && { skip: wholeNumber('--skip', skip) }),
    ...(quote !== undefined && { quote: oneSign('--quote', sign(quote)) }),
    ...(also !== undefined && {
      alsoMissing: also === 'none' ? [] : also.split(',').filter((word) => word !== ''),
    }),
    ...(comment !== undefined && { comment: oneSign('--comment', sign(comment)) }),
  };
}

/** Also by the names that people use for them. */
function encodingNamed(name: string): CsvFormat['encoding'] {
  const known: Record<string, CsvFormat['encoding']> = {
    ...(Object.fromEntries(Object.keys(encodings).map((own) => [own, own])) as object),
    utf8: 'utf-8',
    gbk: 'gb18030',
    gb2312: 'gb18030',
    'latin-1': 'windows-1252',
    latin1: 'windows-1252',
    'iso-8859-1': 'windows-1252',
    cp1252: 'windows-1252',
  };
  return oneOf('--encoding', name.toLowerCase(), known);
}

function changed(
  columns: readonly Column[],
  option: string,
  name: string,
  role: string,
): readonly Column[] {
  const known = {
    ...Object.fromEntries(Object.keys(columnRoles).map((own) => [own, own])),
    words: 'tokens',
  };
  const wanted = oneOf(option, role, known);
  return withColumn(columns, option, name, (column) => ({ ...column, role: wanted }));
}

/** `COLUMN=refuse`, `drop`, `mean` or a value; `*` for every column that has an input or is the target. */
function withMissing(columns: readonly Column[], own: string): readonly Column[] {
  const [name, policy] = halves('--missing', own);
  const isPolicy = policy in missingPolicies && policy !== 'fill';
  const change = ({ missing: _, fill: __, ...column }: Column) => ({
    ...column,
    ...(isPolicy ? { missing: policy as MissingPolicy } : { missing: 'fill', fill: policy }),
  });
  if (name !== '*') return withColumn(columns, '--missing', name, change);
  return columns.map((column) => {
    const isMean = policy === 'mean' && column.role !== 'number';
    return column.role === 'left-out' || isMean ? column : checked('--missing', change(column));
  });
}

function withColumn(
  columns: readonly Column[],
  option: string,
  name: string,
  change: (column: Column) => unknown,
): readonly Column[] {
  if (!columns.some((column) => column.name === name)) {
    const names = columns.slice(0, 12).map((column) => `"${column.name}"`);
    throw badArguments(`${option}: there is no column "${name}", but ${names.join(', ')}.`);
  }
  return columns.map((column) => (column.name === name ? checked(option, change(column)) : column));
}

function checked(option: string, column: unknown): Column {
  const result = columnSchema.safeParse(column);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badArguments(`${option}: ${issue === undefined ? 'it is not valid' : issueText(issue)}.`);
}

/** `NAME=VALUE`, the last sign counts: a column's name may have one too. */
function halves(option: string, own: string): [name: string, value: string] {
  const at = own.lastIndexOf('=');
  if (at > 0) return [own.slice(0, at), own.slice(at + 1)];
  throw badArguments(`${option}: "${own}" is not COLUMN=VALUE.`);
}

function oneSign(option: string, value: string): string {
  if (value.length <= 1) return value;
  throw badArguments(`${option}: "${value}" is not one character, nor none.`);
}
