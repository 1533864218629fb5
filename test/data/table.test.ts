import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Dataset } from '../../electron/data/dataset';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import type { Column } from '../../shared/data/table/columns';
import type { GivenFormat } from '../../shared/data/table/format';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import type { AppError } from '../../shared/lib/appError';
import { dataPython, fromPython } from '../helpers/data/witnesses';
import { tempFolder } from '../helpers/tempFolder';

beforeAll(dataPython);

/** Thirty rows: two numbers and a colour. */
const rows = Array.from({ length: 30 }, (_, row) => [
  (row * 0.7 - 3).toFixed(2),
  String(row * row),
  ['red', 'green', 'blue'][row % 3] as string,
]);
const table = (separator = ',', end = '\n', own: readonly (readonly string[])[] = rows) =>
  [['width', 'height', 'colour'], ...own].map((cells) => cells.join(separator) + end).join('');

interface Condition {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Keyword arguments of pandas.read_csv. */
  readonly pandas: Record<string, unknown>;
  readonly given?: GivenFormat;
  readonly target?: string;
  readonly change?: (columns: readonly Column[]) => readonly Column[];
  /** Roles that are proposed, in order; default: numbers and a target. */
  readonly roles?: readonly string[];
  readonly notes?: readonly string[];
}

const asRole =
  (name: string, changed: Partial<Column>) =>
  (columns: readonly Column[]): readonly Column[] =>
    columns.map((column) => (column.name === name ? { ...column, ...changed } : column));

const latin = (text: string) => Buffer.from(text, 'latin1');
const conditions: readonly Condition[] = [
  { name: 'plain', content: table(), pandas: {} },
  { name: 'a byte order mark', content: `\ufeff${table()}`, pandas: {} },
  {
    name: 'semicolons',
    content: table(';'),
    pandas: { sep: ';' },
    notes: ['separated by semicolons'],
  },
  { name: 'tabs', content: table('\t'), pandas: { sep: '\t' }, notes: ['separated by tabs'] },
  {
    name: 'columns below each other',
    content: [['width', 'height', 'colour'], ...rows]
      .map((cells) => `  ${cells.map((cell) => cell.padStart(9)).join(' ')}  \n`)
      .join(''),
    pandas: { sep: '\\s+' },
    notes: ['one or more spaces'],
  },
  {
    name: 'several spaces and tabs, quoted words, carriage returns, once they are chosen',
    content: table('  \t ', '\r\n').replaceAll('red', '"dark  red"'),
    pandas: { sep: '\\s+' },
    given: { separator: '\\s+' },
  },
  {
    name: 'a question mark for a missing number',
    content: table().replace(',81,', ',?,').replace(',100,', ', ? ,'),
    pandas: { na_values: ['?'], skipinitialspace: true, sep: ' *, *', engine: 'python' },
    change: asRole('height', { missing: 'drop' }),
    notes: ['"?" is taken for a missing cell.'],
  },
  {
    name: 'numbers and words that are named as missing',
    content: table().replace(',81,', ',-999,').replaceAll('green', 'not known'),
    pandas: { na_values: ['-999', 'not known'] },
    given: { alsoMissing: ['-999', 'not known'] },
    change: (columns) =>
      asRole('colour', { missing: 'drop' })(asRole('height', { missing: 'drop' })(columns)),
  },
  {
    name: 'a question mark among decimal commas',
    content: table(';').replaceAll('.', ',').replace(';81;', ';?;'),
    pandas: { sep: ';', decimal: ',', na_values: ['?'] },
    change: asRole('height', { missing: 'drop' }),
    notes: ['decimal comma', '"?"'],
  },
  { name: 'bars', content: table('|'), pandas: { sep: '|' }, notes: ['separated by |'] },
  {
    name: 'Excel’s separator line',
    content: `sep=;\n${table(';')}`,
    pandas: { sep: ';', skiprows: 1 },
    notes: ['separated by semicolons', 'first line is skipped'],
  },
  {
    name: 'a decimal comma',
    content: table(';').replaceAll('.', ','),
    pandas: { sep: ';', decimal: ',' },
    notes: ['separated by semicolons', 'decimal comma'],
  },
  {
    name: 'thousands, once they are chosen',
    content: table(
      ';',
      '\n',
      rows.map(([width, height, colour]) => [
        width as string,
        Number(Number(height) * 1_000).toLocaleString('en'),
        colour as string,
      ]),
    ),
    pandas: { sep: ';', thousands: ',' },
    given: { thousands: ',' },
    notes: ['separated by semicolons'],
  },
  { name: 'carriage returns', content: table(',', '\r\n'), pandas: {} },
  {
    name: 'mixed line ends',
    content: `${table(',', '\n', rows.slice(0, 10))}${table(',', '\r\n').split('\r\n').slice(11).join('\r\n')}`,
    pandas: {},
    notes: ['end in different ways'],
  },
  {
    name: 'an empty last column',
    content: table().replaceAll('\n', ',\n'),
    pandas: { usecols: [0, 1, 2] },
    roles: ['number', 'number', 'target', 'left-out'],
  },
  {
    name: 'the index that pandas writes',
    content: table()
      .trim()
      .split('\n')
      .map((line, at) => `${at === 0 ? '' : at - 1},${line}\n`)
      .join(''),
    pandas: { index_col: 0 },
    roles: ['left-out', 'number', 'number', 'target'],
  },
  {
    name: 'no header line',
    content: table().split('\n').slice(1).join('\n'),
    pandas: { header: null },
    notes: ['has no header line'],
  },
  {
    name: 'comment lines first',
    content: `# made today, in a hurry\n# by hand\n${table()}`,
    pandas: { comment: '#' },
  },
  {
    name: 'a title and an empty line first',
    content: `Measured flowers\n\n${table()}`,
    pandas: { skiprows: 2 },
    notes: ['first 2 lines are skipped'],
  },
  {
    name: 'empty lines between rows',
    content: table().replaceAll('blue\n', 'blue\n\n'),
    pandas: {},
  },
  {
    name: 'quoted cells with separators, quotes and line ends',
    content: table().replaceAll('red', '"a, ""red""\none"'),
    pandas: {},
  },
  {
    name: 'GBK with a Chinese header',
    content: Buffer.concat([
      Buffer.from('bfedb6c82cb8dfb6c82cd1d5c9ab0a', 'hex'),
      latin(table().split('\n').slice(1).join('\n').replaceAll('red', '\xba\xec')),
    ]),
    pandas: { encoding: 'gbk' },
    notes: ['GB18030'],
  },
  {
    name: 'UTF-16',
    content: Buffer.from(`\ufeff${table()}`, 'utf16le'),
    pandas: { encoding: 'utf-16' },
    notes: ['UTF-16'],
  },
  {
    name: 'Latin-1',
    content: latin(table().replaceAll('red', 'caf\xe9 au lait, grand'.replace(',', ''))),
    pandas: { encoding: 'latin-1' },
    notes: ['Latin-1'],
  },
  {
    name: 'Latin-1 whose accented letters stand before plain ones',
    content: latin(
      table()
        .replaceAll('green', 'gr\xfcn')
        .replaceAll('blue', 'hellw\xe4hlbar')
        .replace('width', 'Fl\xe4che'),
    ),
    pandas: { encoding: 'latin-1' },
    notes: ['Latin-1'],
  },
  {
    name: 'true and false',
    content: table().replaceAll(
      /,(\d+),/g,
      (_, height) => `,${Number(height) % 2 === 0 ? 'True' : 'False'},`,
    ),
    pandas: {},
  },
  {
    name: 'a missing number, its row left out',
    content: table().replace(',81,', ',NA,').replace(',100,', ',,'),
    pandas: {},
    change: asRole('height', { missing: 'drop' }),
  },
  {
    name: 'a missing label, its row left out',
    content: table().replace('81,red', '81,NA'),
    pandas: {},
    change: asRole('colour', { missing: 'drop' }),
  },
];

async function read(
  folder: string,
  condition: Condition,
): Promise<{ data: Dataset; notes: string }> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'table.csv');
  writeFileSync(path, condition.content);
  const { given = {}, target = null, change = (columns) => columns } = condition;
  const recognised = await recogniseTable(path, { format: given, target });
  const reading = readingOf(recognised);
  expect(reading.columns.map(({ role }) => role)).toEqual(
    condition.roles ?? ['number', 'number', 'target'],
  );
  const source = sourceOf(path, {
    ...reading,
    columns: change(reading.columns),
    standardise: false,
  });
  const data = await loadDataset(source, '', { cacheFolder: join(folder, 'cache') });
  return { data, notes: recognised.notes.join(' ') };
}

test('tables are read as pandas reads them, whichever way they are written', async () => {
  const root = tempFolder();
  const found = [];
  for (const [at, condition] of conditions.entries()) {
    const { data, notes } = await read(join(root, `${at}`), condition);
    for (const note of condition.notes ?? [])
      expect([condition.name, notes]).toEqual([condition.name, expect.stringContaining(note)]);
    found.push({
      name: condition.name,
      inputs: [...data.inputs],
      labels: [...data.labels].map((label) => data.classes[label]),
    });
  }
  const truth = await fromPython<typeof found>(
    `
import numpy, pandas
def frame(own):
    table = pandas.read_csv(own["path"], **own["pandas"]).dropna()
    inputs = table.iloc[:, :-1].to_numpy().astype("float32")
    return {"name": own["name"], "inputs": inputs.reshape(-1).tolist(), "labels": [str(label).strip() for label in table.iloc[:, -1]]}
print(json.dumps([frame(own) for own in given]))
`,
    conditions.map(({ name, pandas }, at) => ({
      name,
      pandas,
      path: join(root, `${at}`, 'table.csv'),
    })),
  );
  expect(found).toEqual(truth);
});

test('categories are as pandas and its get_dummies number them; a mean fills what is missing', async () => {
  const folder = tempFolder();
  const path = join(folder, 'table.csv');
  const text = table().replace(',81,', ',,').replaceAll('green', '');
  writeFileSync(path, text);
  const format = readingOf(await recogniseTable(path, { format: {}, target: 'height' })).format;
  const load = (role: 'one-hot' | 'ordinal' | 'index') =>
    loadDataset(
      {
        kind: 'table',
        path,
        format,
        columns: [
          { name: 'width', role: 'target', missing: 'refuse' },
          { name: 'height', role: 'number', missing: 'mean' },
          { name: 'colour', role, missing: 'fill', fill: 'none' },
        ],
        target: 'number',
        standardise: true,
      },
      '',
      { cacheFolder: join(folder, 'cache') },
    );
  const oneHot = await load('one-hot');
  const ordinal = await load('ordinal');
  const truth = await fromPython<{ oneHot: number[]; codes: number[]; mean: number }>(
    `
import pandas
table = pandas.read_csv(given)
height = table["height"]
mean = height.mean()
height = height.fillna(mean)
height = (height - height.mean()) / height.std(ddof=0)
colour = table["colour"].fillna("none").astype("category")
dummies = pandas.get_dummies(colour).astype(float)
both = pandas.concat([height, dummies], axis=1).to_numpy().astype("float32")
print(json.dumps({"oneHot": both.reshape(-1).tolist(), "codes": colour.cat.codes.tolist(), "mean": mean}))
`,
    path,
  );
  const close = (own: number, index: number) => Math.abs(own - (truth.oneHot[index] ?? NaN));
  expect(oneHot.inputs).toHaveLength(truth.oneHot.length);
  expect(Math.max(...[...oneHot.inputs].map(close))).toBeLessThan(1e-6);
  expect([...ordinal.inputs].filter((_, at) => at % 2 === 1)).toEqual(truth.codes);
  expect(oneHot.columns).toEqual([
    {
      name: 'height',
      role: 'number',
      mean: expect.closeTo(truth.mean, 9),
      filled: expect.closeTo(truth.mean, 9),
      deviation: expect.any(Number),
    },
    { name: 'colour', role: 'one-hot', categories: ['blue', 'none', 'red'] },
  ]);
  expect(oneHot.notes).toEqual([expect.stringContaining('Missing values of "height"')]);
  expect((await load('index')).sha256).toBe(ordinal.sha256);
});

test('a Parquet file that pandas wrote is read as the table it was', async () => {
  const folder = tempFolder();
  const path = join(folder, 'table.parquet');
  writeFileSync(join(folder, 'table.csv'), table());
  await fromPython(
    `
import pandas
table = pandas.read_csv(given["csv"])
table["day"] = pandas.to_datetime("2024-01-01")
table["ok"] = table["height"] > 10
table[["width", "height", "ok", "day", "colour"]].to_parquet(given["path"])
print("null")
`,
    { csv: join(folder, 'table.csv'), path },
  );
  const recognised = await recogniseTable(path, { format: {}, target: null });
  expect(recognised.columns.map(({ column }) => [column.name, column.role])).toEqual([
    ['width', 'number'],
    ['height', 'number'],
    ['ok', 'number'],
    ['day', 'left-out'],
    ['colour', 'target'],
  ]);
  const reading = { ...readingOf(recognised), standardise: false };
  const data = await loadDataset(sourceOf(path, reading), '', {
    cacheFolder: join(folder, 'cache'),
  });
  expect([...data.inputs]).toEqual([
    ...Float32Array.from(
      rows.flatMap(([width, height]) => [
        Number(width),
        Number(height),
        Number(Number(height) > 10),
      ]),
    ),
  ]);
  expect([...data.labels].map((label) => data.classes[label])).toEqual(
    rows.map(([, , colour]) => colour),
  );
});

test('a row is never lost to make a table regular, and a text among numbers is named', async () => {
  const folder = tempFolder();
  const path = join(folder, 'table.csv');
  const refusal = async (
    text: string,
    change: (columns: readonly Column[]) => readonly Column[] = (own) => own,
  ) => {
    writeFileSync(path, text);
    try {
      const reading = readingOf(await recogniseTable(path, { format: {}, target: null }));
      const source = sourceOf(path, { ...reading, columns: change(reading.columns) });
      await loadDataset(source, '', { cacheFolder: join(folder, 'cache') });
    } catch (error) {
      return (error as AppError).message;
    }
    return 'accepted';
  };
  expect(await refusal('x,kind\n1,a\n2,b,c\n')).toContain('line 3');
  expect(await refusal('x,y,kind\n1,2,3,a\n2,3,4,b\n')).toContain('not a regular table');
  expect(await refusal(`${table()}total,,\n`)).toContain('line 32, column "width": "total"');
  expect(await refusal(table().replace('81,red', '81,NA'))).toContain(
    'line 11, column "colour": NA is a missing value',
  );
  const wrongOrder = asRole('colour', { role: 'target', order: ['red', 'green'] });
  expect(await refusal(table(), wrongOrder)).toContain('"blue" is not in its chosen order');
  // What was chosen of another file is not used on this one.
  const renamed = (columns: readonly Column[]) =>
    columns.map((column, at) => (at === 0 ? { ...column, name: 'depth' } : column));
  expect(await refusal(table(), renamed)).toContain('has "width" as column 1, but "depth"');
});
