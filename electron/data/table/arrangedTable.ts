import type { TableSource } from '../../../shared/data/kinds/table';
import { categoriesOf } from '../../../shared/data/table/categories';
import type { InputColumn } from '../../../shared/data/table/inputColumn';
import { AppError } from '../../../shared/lib/appError';
import { badData } from '../badData';
import { hashed, type Dataset } from '../dataset';
import { refuseTooLarge } from '../refuseTooLarge';
import type { ReadPorts } from '../readPorts';
import type { CellReader, ReadColumn } from './cellReader';
import { columnStatistics, type ColumnStatistics } from './columnStatistics';
import type { RawTable } from './rawTable';
import { TargetAgain } from './targetAgain';
import { classTarget, numberTarget, type Target } from './tableTarget';

/** A column's part of a row. */
interface Part {
  readonly facts: InputColumn;
  readonly index: number;
  readonly width: number;
  /** Of a category: the number of each text. */
  readonly places: Int32Array | null;
}

/**
 * What the network sees of a table's rows: one-hot columns spread out, categories numbered, missing cells
 * filled, number columns scaled.
 * @throws {AppError} bad-data, out-of-memory
 */
export async function arrangedTable(
  source: TableSource,
  reader: CellReader,
  raw: RawTable,
  ports: ReadPorts,
): Promise<Dataset> {
  const { rows } = raw;
  const { path } = source;
  if (rows === 0) {
    throw badData(
      reader.dropped > 0
        ? `Every row of ${path} has a missing value, and such rows are left out.`
        : `${path} has no rows.`,
      reader.dropped > 0 ? 'Choose a value for missing ones.' : 'Add the rows to train on.',
    );
  }
  const statistics = columnStatistics(raw, reader.width);
  const isTarget = ({ column }: ReadColumn) => column.role === 'target';
  const parts = reader.columns.flatMap((own, index) =>
    isTarget(own) ? [] : [partOf(own, index, source, statistics[index] as ColumnStatistics, path)],
  );
  const features = parts.reduce((sum, { width }) => sum + width, 0);
  if (features === 0) {
    throw badData(
      `${path} has no column for the network's input.`,
      'Give at least one column the role of a number or a category.',
    );
  }
  refuseTooLarge(path, rows, features, ports.memoryBytes);
  const inputs = new Float32Array(rows * features);
  const targets = reader.columns.flatMap((own, index) =>
    isTarget(own) ? [[index, own] as const] : [],
  );
  const target: Target =
    source.target === 'number'
      ? numberTarget(
          rows,
          targets.map(([place]) => place),
        )
      : classTarget(rows, targets, path);
  const [onlyTarget] = targets;
  const again =
    targets.length === 1 && onlyTarget !== undefined
      ? new TargetAgain(
          parts.map(({ index }) => index),
          onlyTarget[0],
          source.target === 'number',
        )
      : null;
  let first = 0;
  for (const block of raw.blocks()) {
    if (ports.signal?.aborted) throw new AppError('stopped', 'Stopped.', 'Choose the file again.');
    let offset = 0;
    for (const part of parts) {
      write(
        inputs,
        first * features + offset,
        features,
        block.columns[part.index] as Float64Array,
        part,
      );
      offset += part.width;
    }
    target.take(first, block.columns);
    again?.take(block);
    first += block.rows;
  }
  return {
    ...hashed({ rows, features, inputs, ...target.done() }),
    columns: parts.map(({ facts }) => facts),
    notes: [
      ...notesOf(reader, parts),
      ...constantNote(parts, statistics),
      ...againNote(parts, again?.found() ?? []),
    ],
  };
}

function partOf(
  { column: { name, role, missing, order }, found }: ReadColumn,
  index: number,
  { standardise }: TableSource,
  { mean, deviation, missing: count }: ColumnStatistics,
  path: string,
): Part {
  if (role === 'number') {
    const facts: InputColumn = {
      name,
      role,
      ...(standardise && { mean, deviation }),
      ...(missing === 'mean' && count > 0 && { filled: mean }),
    };
    return { facts, index, width: 1, places: null };
  }
  const texts = [...found.keys()];
  const categories = categoriesOf(texts, order ?? null);
  if ('unknown' in categories) {
    throw badData(
      `${path}, column "${name}": "${categories.unknown}" is not in its chosen order.`,
      'Add it to the order, or let the categories be sorted.',
    );
  }
  const names = [...categories.names];
  if (names.length > MOST_CATEGORIES && role === 'one-hot') {
    throw badData(
      `${path}, column "${name}": one-hot would make ${names.length.toLocaleString('en')} numbers of it.`,
      'Make it an embedding index or ordinal, or leave it out.',
    );
  }
  return {
    facts: { name, role: role as 'one-hot', categories: names },
    index,
    width: role === 'one-hot' ? names.length : 1,
    places: categories.places,
  };
}

const MOST_CATEGORIES = 10_000;

/** Writes a column's part of some rows, the first at `at` and each `step` after the one before. */
function write(
  inputs: Float32Array,
  at: number,
  step: number,
  values: Float64Array,
  { places, facts }: Part,
): void {
  if (places !== null) {
    for (const [row, code] of values.entries()) {
      const place = places[code] as number;
      if (facts.role === 'one-hot') inputs[at + row * step + place] = 1;
      else inputs[at + row * step] = place;
    }
    return;
  }
  const { mean, deviation, filled } = facts;
  for (let row = 0; row < values.length; row++) {
    let value = values[row] as number;
    if (Number.isNaN(value)) value = filled as number;
    // A constant column becomes 0.
    if (mean !== undefined && deviation !== undefined) {
      value = deviation === 0 ? 0 : (value - mean) / deviation;
    }
    inputs[at + row * step] = value;
  }
}

function notesOf({ dropped }: CellReader, parts: readonly Part[]): string[] {
  const filled = parts.filter(({ facts }) => facts.filled !== undefined);
  return [
    ...(dropped === 0
      ? []
      : [
          `${dropped.toLocaleString('en')} ${dropped === 1 ? 'row is' : 'rows are'} left out, since a value is missing.`,
        ]),
    ...filled.map(
      ({ facts }) => `Missing values of "${facts.name}" are ${facts.filled}, its mean.`,
    ),
  ];
}

function constantNote(parts: readonly Part[], statistics: readonly ColumnStatistics[]): string[] {
  const constant = parts.filter(({ index }) => statistics[index]?.deviation === 0);
  if (constant.length === 0) return [];
  const names = namesOf(constant);
  return [
    `${names} the same in every row, and ${constant.length === 1 ? 'tells' : 'tell'} the network nothing.`,
  ];
}

function againNote(parts: readonly Part[], found: readonly number[]): string[] {
  const again = parts.filter(({ index }) => found.includes(index));
  if (again.length === 0) return [];
  return [
    `${namesOf(again)} the target under another name: the network has nothing to learn. Leave ${again.length === 1 ? 'it' : 'them'} out, unless that is meant.`,
  ];
}

/** `"a" is` or `"a", "b" and 3 more are`. */
function namesOf(parts: readonly Part[]): string {
  const shown = parts.slice(0, 3).map(({ facts }) => `"${facts.name}"`);
  const more = parts.length > 3 ? ` and ${parts.length - 3} more` : '';
  return `${shown.join(', ')}${more} ${parts.length === 1 ? 'is' : 'are'}`;
}
