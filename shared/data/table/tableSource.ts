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

/** What was chosen of one reading for the columns of another one, by name. */
export function carriedOver(chosen: TableReading, fresh: TableReading): TableReading {
  const before = new Map(chosen.columns.map((column) => [column.name, column]));
  const columns = fresh.columns.map((column) => before.get(column.name) ?? column);
  const hasTarget = columns.some(({ role }) => role === 'target');
  return hasTarget ? { ...chosen, format: fresh.format, columns } : fresh;
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
