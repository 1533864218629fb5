import { statSync } from 'node:fs';
import { targetText, type DataFacts } from '../../shared/architecture/dataFacts';
import { encodings } from '../../shared/data/table/format';
import type { RecognisedTable } from '../../shared/data/table/recognised';
import type { TableSource } from '../../shared/data/kinds/table';
import { leftOut, readingOf } from '../../shared/data/table/tableSource';
import { toAppError, toWireError, type AppError } from '../../shared/lib/appError';
import { bytesText } from '../../shared/lib/bytesText';
import { emptyPreparedData, limitPreparedData, preparedData } from '../data/cache/preparedData';
import { lookAtDataset } from '../data/loadDataset';
import { readProject, writeProject } from '../files/projectFile';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { datasetsFolder } from './paths';
import { readingLine } from './readingLine';
import { aligned } from './table';
import { tableFrom, tableOptions } from './tableOptions';

/** `lab data`. @returns the exit status */
export async function dataCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    ...tableOptions,
    json: { type: 'boolean', default: false },
    into: { type: 'string' },
    kept: { type: 'boolean', default: false },
    empty: { type: 'boolean', default: false },
    limit: { type: 'string' },
  });
  if (values.kept || values.empty || values.limit !== undefined) return kept(values, positionals);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw badArguments('data takes one file.');
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw badArguments(`${path} is a folder; data takes a table.`);
  }
  const { table, source } = await tableFrom(path, values);
  if (!values.json) process.stdout.write(`${textOf(table, source)}\n\n`);
  const notes = leftOut(table, { ...readingOf(table), columns: source.columns });
  let dataset: DataFacts | null = null;
  let problem: AppError | null = null;
  const reading = readingLine(process.stderr, () => performance.now());
  try {
    dataset = await lookAtDataset(source, datasetsFolder, {
      signal,
      onProgress: reading.onProgress,
    });
  } catch (error) {
    problem = toAppError(error);
    // What was recognised helps to choose what to do about it.
    if (!values.json) throw problem;
  } finally {
    reading.end();
  }
  notes.push(...(dataset?.notes ?? []));
  if (values.into !== undefined && dataset !== null) {
    const project = readProject(values.into);
    writeProject(values.into, { ...project, data: source });
  }
  if (values.json) {
    const recognised = table.columns.map(({ column, profile, why }) => ({
      ...profile,
      proposed: column.role,
      why,
    }));
    const read = dataset && factsToPrint(dataset);
    const all = { path, source, recognised, notes, read, problem: problem && toWireError(problem) };
    process.stdout.write(`${JSON.stringify(all)}\n`);
    return problem === null ? 0 : 2;
  }
  if (dataset === null) return 2;
  const { rows, features, sha256 } = dataset;
  process.stdout.write(
    `${rows.toLocaleString('en')} rows of ${features.toLocaleString('en')} numbers, ${targetText(dataset)}\nsha256 ${sha256}\n`,
  );
  for (const note of notes) process.stdout.write(`Note: ${note}\n`);
  if (values.into !== undefined) process.stdout.write(`${values.into} is trained on it now.\n`);
  return 0;
}

/** What is kept of data that was read before. @returns the exit status */
function kept(
  { empty, limit, json }: { empty: boolean; limit?: string | undefined; json: boolean },
  files: readonly string[],
): number {
  if (files.length > 0) throw badArguments('--kept, --empty and --limit take no file.');
  if (limit !== undefined) {
    if (!/^\d{1,6}(\.\d+)?$/.test(limit))
      throw badArguments(`--limit: "${limit}" is no number of GiB.`);
    limitPreparedData(Number(limit) * 2 ** 30);
  }
  const prepared = empty ? emptyPreparedData() : preparedData();
  if (json) {
    process.stdout.write(`${JSON.stringify(prepared)}\n`);
    return 0;
  }
  const lines = prepared.entries.map(({ name, rows, features, bytes, usedAt }) => [
    name,
    `${rows.toLocaleString('en')} x ${features.toLocaleString('en')}`,
    bytesText(bytes),
    usedAt,
  ]);
  const total = prepared.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const head = ['read from', 'rows', 'size', 'used last'];
  const end = `${bytesText(total)} of ${bytesText(prepared.limitBytes)} in ${prepared.folder}`;
  process.stdout.write(`${[...aligned([head, ...lines]), end].join('\n')}\n`);
  return 0;
}

function factsToPrint({ rows, features, classes, targets, sha256, columns, range }: DataFacts) {
  return { rows, features, classes, targets, sha256, columns, range };
}

function textOf(table: RecognisedTable, { format, columns }: TableSource): string {
  const lines = columns.map(({ name, role, missing, fill }, at) => {
    const own = table.columns[at];
    const policy = missing === 'refuse' ? '' : `, missing: ${fill ?? missing}`;
    return [
      name,
      `${role}${policy}`,
      own?.profile.holds ?? '',
      own?.profile.examples.slice(0, 3).join(', ') ?? '',
      own?.why ?? '',
    ];
  });
  const head = ['column', 'role', 'holds', 'such as', ''];
  if (format.type === 'parquet') return ['Parquet', ...aligned([head, ...lines])].join('\n');
  const separator = { '\t': 'tabs', ' ': 'spaces' }[format.separator] ?? `"${format.separator}"`;
  const about = [
    encodings[format.encoding],
    `separated by ${separator}`,
    format.hasHeader ? 'a header line' : 'no header line',
    ...(format.decimal === '.' ? [] : ['decimal comma']),
    ...(format.thousands === '' ? [] : [`thousands by "${format.thousands}"`]),
    ...(format.skip === 0 ? [] : [`${format.skip} skipped`]),
  ];
  return [about.join(', '), '', ...aligned([head, ...lines])].join('\n');
}
