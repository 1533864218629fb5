import { join } from 'node:path';
import type { TableSource } from '../../../shared/data/kinds/table';
import { categoriesOf } from '../../../shared/data/table/categories';
import type { Column, ColumnRole } from '../../../shared/data/table/columns';
import { csvFormatSchema } from '../../../shared/data/table/format';
import type { InputColumn } from '../../../shared/data/table/inputColumn';
import { shortFormFormat } from '../../../shared/data/table/shortForm';
import { numbersOfText, numbersOfWords } from '../../../shared/data/table/words';
import { AppError } from '../../../shared/lib/appError';
import type { RunManifest } from '../../../shared/runs/run';
import { badData } from '../../data/badData';
import { hashed, type Dataset } from '../../data/dataset';
import type { ReadPorts } from '../../data/readPorts';
import { builtinLabels } from '../../data/readers';
import { refuseTooLarge } from '../../data/refuseTooLarge';
import { CellReader } from '../../data/table/cellReader';
import { withDuckDb } from '../../data/table/duckDb';
import { preparedTable } from '../../data/table/preparedTable';
import { RawTable } from '../../data/table/rawTable';
import { writePart, type Part } from '../../data/table/tablePart';
import { classTarget, numberTarget, type Target } from '../../data/table/tableTarget';
import { validationSource } from '../../data/table/validationSource';
import { targetRowsOf, windowed } from '../../data/windowed';
import { inTempFolder } from '../../files/inTempFolder';
import type { OtherData, RowsLike } from './rowsLike';

/** How a run's table was read; short forms are written out. */
export function tableSourceOf(
  { data: { source } }: RunManifest,
  columns: readonly InputColumn[],
  datasetsFolder: string,
): TableSource {
  if (source.kind === 'table') return source;
  const numbers = columns.map(({ name }): Column => ({ name, role: 'number', missing: 'refuse' }));
  const whole = (label: string): Omit<TableSource, 'path' | 'standardise'> => ({
    kind: 'table',
    format: csvFormatSchema.parse({ type: 'csv', ...shortFormFormat }),
    columns: [...numbers, { name: label, role: 'target', missing: 'refuse' }],
  });
  if (source.kind === 'csv') {
    const { path, label, target, standardise } = source;
    return { ...whole(label), path, standardise, ...(target && { target }) };
  }
  const name = source.kind === 'builtin' ? source.name : 'iris';
  const path = join(datasetsFolder, `${name}.csv`);
  const label = name === 'series' ? '' : builtinLabels[name];
  return { ...whole(label), path, standardise: true };
}

/**
 * The rows of another table by what became of the columns of a run's: nothing is decided by these rows. Targets that
 * need not be known are left out where they are not all there, or are none that the run knew.
 * @throws {AppError} bad-data, naming line and column
 */
export async function tableLike(
  ...[source, facts, manifest, data, ports]: Parameters<typeof rowsRead>
): Promise<RowsLike> {
  try {
    return await rowsRead(source, facts, manifest, data, ports);
  } catch (error) {
    const areInputs = source.windows?.withTarget === true;
    const isOfRows = error instanceof AppError && error.code === 'bad-data';
    if (data.needsTargets || areInputs || !isOfRows) throw error;
    const columns = source.columns.map((column) =>
      column.role === 'target' ? ({ ...column, role: 'left-out' } as const) : column,
    );
    // If it is not about targets, it is refused again.
    const like = await rowsRead({ ...source, columns }, facts, manifest, data, ports);
    return { ...like, hasTargets: false, withoutTargets: error.message };
  }
}

async function rowsRead(
  source: TableSource,
  facts: readonly InputColumn[],
  { data: { classes, targets: width, targetScale: scale } }: RunManifest,
  { path, needsTargets }: OtherData,
  ports: ReadPorts,
): Promise<RowsLike> {
  const targetScale = scale ?? null;
  const { windows } = source;
  const isNeeded = (role: ColumnRole) =>
    role !== 'left-out' &&
    role !== 'weight' &&
    (role !== 'group' || windows !== undefined) &&
    (role !== 'target' || needsTargets || windows?.withTarget === true);
  const found = await validationSource(source, path, isNeeded, 1);
  const own: TableSource = {
    ...found,
    columns: found.columns.map((column): Column => {
      if (isNeeded(column.role)) return column;
      // Without its target a row is predicted as well.
      if (column.role === 'target') return { ...column, missing: 'refuse' };
      return { ...column, role: 'left-out' };
    }),
  };
  return inTempFolder('table', (folder) =>
    withDuckDb(async (connection) => {
      const table = await preparedTable(connection, own, folder);
      const reader = new CellReader(own, table, null);
      const raw = new RawTable(reader.width, folder);
      try {
        await reader.read(raw, ports);
        refuseNoRows(path, raw);
        const dataset = rowsOf(raw, reader, own, facts, classes, width, targetScale, ports);
        const { leftOut } = reader;
        const hasTargets = targetsIn(own).length === targetsIn(source).length;
        if (windows === undefined) {
          return {
            dataset,
            hasTargets,
            names: keptNames(raw.rows, leftOut),
            leftOut,
            withoutTargets: null,
          };
        }
        const gaps = reader.gaps;
        const cut = windowed(dataset, windows, { path, validation: path }, gaps, ports.memoryBytes);
        const kept = keptNames(raw.rows, leftOut);
        const names = targetRowsOf(dataset, windows, gaps).map((row) => kept[row] as number);
        return {
          dataset: { ...cut, targetScale },
          hasTargets,
          names,
          leftOut,
          withoutTargets: null,
        };
      } finally {
        raw.close();
      }
    }),
  );
}

function targetsIn({ columns }: TableSource): readonly Column[] {
  return columns.filter(({ role }) => role === 'target');
}

function refuseNoRows(path: string, { rows }: RawTable): void {
  if (rows === 0) {
    throw badData(`${path} has no row whose values are all there.`, 'Choose another file.');
  }
}

/** The numbers, in the file, of the rows that stayed. */
function keptNames(rows: number, leftOut: readonly number[]): readonly number[] {
  const gone = new Set(leftOut);
  return Array.from({ length: rows + leftOut.length }, (_, row) => row).filter(
    (row) => !gone.has(row),
  );
}

function rowsOf(
  raw: RawTable,
  reader: CellReader,
  own: TableSource,
  facts: readonly InputColumn[],
  classes: readonly string[],
  width: number,
  targetScale: Dataset['targetScale'],
  ports: ReadPorts,
): Dataset {
  const parts = facts.map((fact) => partLike(fact, reader, own.path));
  const features = parts.reduce((sum, part) => sum + part.width, 0);
  refuseTooLarge(own.path, raw.rows, features, ports.memoryBytes);
  const inputs = new Float32Array(raw.rows * features);
  const targets = reader.columns.flatMap((column, at) =>
    column.column.role === 'target' ? [[at, column] as const] : [],
  );
  const target = targetLike(raw.rows, targets, own.path, classes, width, targetScale);
  const groupAt = reader.columns.findIndex(({ column }) => column.role === 'group');
  const groups = groupAt < 0 ? null : new Int32Array(raw.rows);
  let first = 0;
  for (const { rows, columns } of raw.blocks()) {
    let offset = 0;
    for (const part of parts) {
      const values = columns[part.index] as Float64Array;
      refuseNoMean(values, part, own.path);
      writePart(inputs, first * features + offset, features, values, part);
      offset += part.width;
    }
    target?.take(first, columns);
    if (groups !== null) groups.set(columns[groupAt] as Float64Array, first);
    first += rows;
  }
  const made = target?.done() ?? {
    labels: new Int32Array(width > 0 ? 0 : raw.rows),
    numbers: width > 0 ? new Float32Array(raw.rows * width) : null,
  };
  return {
    ...hashed({ rows: raw.rows, features, inputs, ...made, classes, groups }),
    targetScale,
  };
}

/** @throws {AppError} bad-data if a text is none of the categories */
function partLike(facts: InputColumn, { columns }: CellReader, path: string): Part {
  const index = columns.findIndex(({ column }) => column.name === facts.name);
  const texts = [...(columns[index]?.found.keys() ?? [])];
  const { role, categories = [] } = facts;
  // A column that had no missing value has its mean only from being scaled.
  const filled = facts.filled ?? facts.mean;
  const common = { facts: filled === undefined ? facts : { ...facts, filled }, index };
  if (role === 'number') return { ...common, width: 1, places: null, words: null };
  if (role === 'tokens') {
    const places = numbersOfWords(categories);
    const length = facts.length ?? 1;
    const words = texts.map((text) => numbersOfText(text, places, length));
    return { ...common, width: length, places: null, words };
  }
  const places = placesIn(texts, categories, path, facts.name);
  return { ...common, width: role === 'one-hot' ? categories.length : 1, places, words: null };
}

function placesIn(
  texts: readonly string[],
  names: readonly string[],
  path: string,
  column: string,
): Int32Array {
  const own = categoriesOf(texts, names);
  if (!('unknown' in own)) return own.places;
  throw badData(
    `${path} has "${own.unknown}" in the column "${column}", which the network was not trained on: it knows ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}.`,
    'Correct it, or leave such rows out.',
  );
}

function refuseNoMean(values: Float64Array, { facts }: Part, path: string): void {
  if (facts.role !== 'number' || facts.filled !== undefined) return;
  if (!values.some((value) => Number.isNaN(value))) return;
  throw badData(
    `${path} has a missing value in the column "${facts.name}", which had none when the network was trained, so that no mean is recorded for it.`,
    'Fill it in, or leave such rows out.',
  );
}

/** @returns null if the file has none, or not all of them */
function targetLike(
  rows: number,
  targets: readonly (readonly [number, CellReader['columns'][number]])[],
  path: string,
  classes: readonly string[],
  width: number,
  targetScale: Dataset['targetScale'],
): Target | null {
  if (targets.length === 0) return null;
  const places = targets.map(([place]) => place);
  if (width > 0) return targets.length === width ? numberTarget(rows, places, targetScale) : null;
  const [[place, own] = [0, null]] = targets;
  if (targets.length > 1 || own === null) {
    return targets.length === classes.length ? classTarget(rows, targets, path) : null;
  }
  const numbers = placesIn([...own.found.keys()], classes, path, own.column.name);
  const labels = new Int32Array(rows);
  return {
    take: (first, columns) => {
      columns[place]?.forEach((code, row) => {
        labels[first + row] = numbers[code] as number;
      });
    },
    done: () => ({ labels, numbers: null, classes }),
  };
}
