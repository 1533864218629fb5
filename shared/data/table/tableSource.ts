import type { TableSource } from '../kinds/table';
import type { Column } from './columns';
import type { TableFormat } from './format';
import type { Windows } from '../windows';
import { propose } from './propose';
import type { RecognisedTable } from './recognised';

/** How a table is read: what was recognised, or what was chosen in its place. */
export interface TableReading {
  readonly format: TableFormat;
  readonly columns: readonly Column[];
  /** The target is a number to predict; otherwise it names classes. */
  readonly isNumber: boolean;
  readonly standardise: boolean;
  /** Scales the numbers to predict. */
  readonly standardiseTarget: boolean;
  /** A file whose rows are held out; null leaves that to the split. */
  readonly validation: string | null;
  /** How a series is cut into windows; null for rows of their own. */
  readonly windows: Windows | null;
}

/** Rows as they are, none of them set aside. */
export const nothingMore = { standardiseTarget: false, validation: null, windows: null } as const;

/** As it was recognised. */
export function readingOf({ format, columns, isNumber }: RecognisedTable): TableReading {
  const own = columns.map(({ column }) => column);
  return { format, columns: own, isNumber, standardise: true, ...nothingMore };
}

/** How a source says that its table is read. */
export function readingIn(source: TableSource): TableReading {
  const { format, columns, target, standardise, standardiseTarget, validation, windows } = source;
  return {
    format,
    columns,
    isNumber: target === 'number',
    standardise,
    standardiseTarget: standardiseTarget ?? false,
    validation: validation ?? null,
    windows: windows ?? null,
  };
}

export function sourceOf(path: string, reading: TableReading): TableSource {
  const { format, columns, isNumber, standardise, standardiseTarget, validation, windows } =
    reading;
  return {
    kind: 'table',
    path,
    format,
    columns: [...columns],
    standardise,
    ...(isNumber && { target: 'number' }),
    ...(isNumber && standardiseTarget && { standardiseTarget }),
    ...(validation !== null && { validation }),
    ...(windows !== null && { windows }),
  };
}

/** Another target column; the one before becomes what is proposed for it, the others stay. */
export function withTarget(
  reading: TableReading,
  { columns: recognised }: RecognisedTable,
  target: string,
): TableReading {
  const proposal = propose(
    recognised.map(({ profile }) => profile),
    target,
  );
  return {
    ...reading,
    isNumber: proposal.isNumber,
    columns: reading.columns.map((column, at) =>
      column.role === 'target' || column.name === target
        ? (proposal.columns[at]?.column ?? column)
        : column,
    ),
  };
}

/**
 * A reading of a table that was recognised again: what was chosen of a column stays, by its name; what was
 * only proposed is proposed afresh.
 */
export function carriedOver(
  chosen: TableReading,
  before: RecognisedTable,
  again: RecognisedTable,
): TableReading {
  const fresh = readingOf(again);
  const proposed = new Map(before.columns.map(({ column }) => [column.name, column]));
  const own = new Map(chosen.columns.map((column) => [column.name, column]));
  const columns = fresh.columns.map((column) => {
    const held = own.get(column.name);
    if (held === undefined) return column;
    return isSame(held, proposed.get(column.name)) ? column : held;
  });
  const targets = targetsIn(columns);
  if (targets.length === 0) return fresh;
  const isAsBefore = targets.join('\n') === targetsIn(chosen.columns).join('\n');
  const isNumber =
    isAsBefore && chosen.isNumber !== before.isNumber
      ? chosen.isNumber
      : isNumberTarget(again, targets);
  return { ...chosen, format: fresh.format, columns, isNumber };
}

function isSame(column: Column, other: Column | undefined): boolean {
  return JSON.stringify(column) === JSON.stringify(other);
}

/**
 * Whether targets are rather numbers to predict, or labels of 0 and 1, than classes: several columns are classes
 * if each row has a 1 in one of them.
 */
export function isNumberTarget(table: RecognisedTable, targets: readonly string[]): boolean {
  const profiles = table.columns.map(({ profile }) => profile);
  const [first = null] = targets;
  if (targets.length < 2) return propose(profiles, first).isNumber;
  const places = targets.map((name) => profiles.findIndex((own) => own.name === name));
  if (places.some((at) => profiles[at]?.holds !== 'numbers')) return false;
  return !table.firstRows.every((cells) => {
    const values = places.map((at) => Number(cells[at]));
    return values.every((own) => own === 0 || own === 1) && values.filter(Boolean).length === 1;
  });
}

/**
 * The reading with other roles of columns. A column that becomes the target takes the place of one that was only
 * proposed as such, and decides whether there are classes or numbers to learn.
 * @param isOwn whether the targets so far were chosen
 */
export function withColumns(
  reading: TableReading,
  table: RecognisedTable,
  columns: readonly Column[],
  isOwn: boolean,
): TableReading {
  const before = targetsIn(reading.columns);
  const targets = targetsIn(columns);
  const [added] = targets.filter((name) => !before.includes(name));
  const changed = { ...reading, columns };
  if (targets.join('\n') === before.join('\n')) return changed;
  if (added !== undefined && !isOwn && targets.length === before.length + 1) {
    return withTarget(changed, table, added);
  }
  return { ...changed, isNumber: isNumberTarget(table, targets) };
}

/** The names of the target columns. */
export function targetsIn(columns: readonly Column[]): readonly string[] {
  return columns.filter(({ role }) => role === 'target').map(({ name }) => name);
}

/** What is said about how a table is read: what is not obvious, and what is left out. */
export function leftOut(
  { notes, columns: recognised }: RecognisedTable,
  reading: TableReading,
): string[] {
  const whys = new Map(recognised.map(({ column, why }) => [column.name, why]));
  const out = reading.columns.filter(({ role }) => role === 'left-out');
  return [
    ...notes,
    ...out.map(({ name }) => `"${name}" is left out. ${whys.get(name) ?? ''}`.trim()),
  ];
}
