import { styleNames } from '../../shared/architecture/architecture';
import { trainingProblems } from '../../shared/architecture/dataFit';
import { targetProblem } from '../../shared/training/targetFit';
import type { Project } from '../../shared/training/projectFile';
import { shapeOfFacts, targetText, type DataFacts } from '../../shared/architecture/dataFacts';
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
import { dataOptions, describedSource } from './describedSource';

/** `lab data`. @returns the exit status */
export async function dataCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    ...dataOptions,
    json: { type: 'boolean', default: false },
    into: { type: 'string' },
    kept: { type: 'boolean', default: false },
    empty: { type: 'boolean', default: false },
    limit: { type: 'string' },
  });
  if (values.kept || values.empty || values.limit !== undefined) return kept(values, positionals);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw badArguments('data takes one file or folder.');
  const { source, recognised, text, notes: told } = await describedSource(path, values);
  const notes = [...told];
  if (!values.json) process.stdout.write(`${text}\n\n`);
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
  // What was seen of the names is seen again when the files are read.
  notes.push(...(dataset?.notes ?? []).filter((note) => !notes.includes(note)));
  if (values.into !== undefined && dataset !== null) {
    const project = readProject(values.into);
    writeProject(values.into, { ...project, data: source });
    notes.push(...misfitsOf(project, dataset));
  }
  if (values.json) {
    const read = dataset && factsToPrint(dataset);
    const all = { path, source, recognised, notes, read, problem: problem && toWireError(problem) };
    process.stdout.write(`${JSON.stringify(all)}\n`);
    return problem === null ? 0 : 2;
  }
  if (dataset === null) return 2;
  const { rows, rowShape, sha256, heldOut } = dataset;
  const shape = rowShape.map((own) => own.toLocaleString('en')).join(' x ');
  const aside =
    heldOut === null ? '' : `, the last ${heldOut.rows.toLocaleString('en')} for validation`;
  process.stdout.write(
    `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} of ${shape}${aside}, ${targetText(dataset)}\nsha256 ${sha256}\n`,
  );
  for (const note of notes) process.stdout.write(`Note: ${note}\n`);
  if (values.into !== undefined) process.stdout.write(`It is the data of ${values.into} now.\n`);
  return 0;
}

/** What of a project does not go with its new data, which is refused when it is trained. */
function misfitsOf({ training, architectures }: Project, facts: DataFacts): string[] {
  const target = targetProblem(training, facts);
  const networks = architectures.flatMap((own) =>
    trainingProblems(own, shapeOfFacts(facts)).map(
      ({ message }) => `${styleNames[own.style]}: ${message}`,
    ),
  );
  return [...(target === null ? [] : [`${target.message} ${target.remedy}`]), ...networks];
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

function factsToPrint({ areLabels: _a, areLabelsSorted: _b, notes: _c, ...facts }: DataFacts) {
  return facts;
}
