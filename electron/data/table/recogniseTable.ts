import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import { basename, extname, join } from 'node:path';
import { isAnyNumber, isNumber, type NumberStyle } from '../../../shared/data/table/cellText';
import {
  alsoMissingIn,
  encodings,
  RUNS_OF_BLANKS,
  separatorText,
  type CsvFormat,
  type GivenFormat,
} from '../../../shared/data/table/format';
import { marksIn, missingTest } from '../../../shared/data/table/missingWords';
import { profileOf, type ColumnProfile } from '../../../shared/data/table/profile';
import { propose } from '../../../shared/data/table/propose';
import type { TableToRecognise } from '../../../shared/data/chosen';
import type { RecognisedTable } from '../../../shared/data/table/recognised';
import { badData } from '../badData';
import { unreadable } from '../unreadable';
import { columnNames } from './columnNames';
import { firstTexts, type CellSource } from './cellSource';
import { withDuckDb } from './duckDb';
import { duckDbCells } from './duckDbCells';
import { irregular } from './irregular';
import { areAligned } from './areAligned';
import { asPlain, plainText } from './plainText';
import { parquetColumns } from './parquetColumns';
import { plainFormat, separators, sniffCsv } from './sniffCsv';
import { csvSql, parquetSql } from './tableSql';
import { textFacts } from './textFacts';
import { firstRecord, wideCells, wideSeparator } from './wideCells';

/** Rows that roles are proposed by. */
const PROFILED_ROWS = 5_000;
const PROFILED_CELLS = 2_000_000;
const SHOWN_ROWS = 8;

/** What was chosen already. */
export type TableChoices = Omit<TableToRecognise, 'path'>;

/**
 * Recognises how a table is written and what its columns are, from its first rows.
 * @throws {AppError} file-not-found, bad-data
 */
export async function recogniseTable(
  path: string,
  choices: TableChoices,
  leastColumns = 2,
): Promise<RecognisedTable> {
  const { target } = choices;
  const sizeBytes = sizeOf(path);
  const read = isParquet(path) ? recogniseParquet : recogniseCsv;
  const { format, names, cells, style, notes } = await read(path, choices);
  if (names.length < leastColumns) {
    throw badData(
      `${path} has only one column.`,
      'Choose the separator of its columns, or another file.',
    );
  }
  const isMissing = missingTest(alsoMissingIn(format));
  const profiles = names.map(({ name, isUnnamed }, at) =>
    profileOf(name, isUnnamed, cells[at] ?? [], style, isMissing),
  );
  if (target !== null && !profiles.some(({ name }) => name === target)) {
    throw noColumn(path, target, profiles);
  }
  const { columns, isNumber: isTargetNumber } = propose(profiles, target);
  return {
    path,
    sizeBytes,
    format,
    columns: columns.map((own, at) => ({ ...own, profile: profiles[at] as ColumnProfile })),
    isNumber: isTargetNumber,
    firstRows: Array.from({ length: Math.min(SHOWN_ROWS, cells[0]?.length ?? 0) }, (_, row) =>
      cells.map((own) => own[row] ?? ''),
    ),
    notes,
  };
}

export function isParquet(path: string): boolean {
  return /^\.(parquet|pq)$/i.test(extname(path));
}

interface Names {
  readonly name: string;
  readonly isUnnamed: boolean;
}

async function recogniseCsv(path: string, { format: given, target }: TableChoices) {
  const name = basename(path);
  const facts = textFacts(path);
  const encoding = given.encoding ?? facts.encoding;
  if (encoding === null) {
    throw badData(`${path} is not a text file (it holds zero bytes).`, 'Choose a table.');
  }
  const folder = mkdtempSync(join(os.tmpdir(), 'twintrain-table-'));
  try {
    const quote = given.quote ?? '"';
    const isAligned = given.separator === undefined && areAligned(path, encoding);
    const separator = isAligned ? RUNS_OF_BLANKS : given.separator;
    const written = { encoding, quote, separator: separator ?? ',' };
    const plain = plainText(path, written, facts, folder);
    const chosen = separator === undefined ? given : asPlain({ ...given, separator });
    return await withDuckDb(async (connection) => {
      const wide = wideSeparator(plain, chosen.separator ? [chosen.separator] : separators);
      const sniffed =
        wide === null
          ? await sniffCsv(connection, plain, path, { ...chosen, encoding: 'utf-8' })
          : await wideSniffed(plain, { ...plainFormat, ...chosen, separator: wide });
      const { columns } = sniffed;
      const base: CsvFormat = { ...sniffed.format, encoding };
      const all = { ...base, hasHeader: false };
      const source =
        wide === null
          ? duckDbCells(connection, csvSql(plain, all, columns))
          : wideCells(plain, all);
      const lines = await firstOf(source, columns, path);
      const below = lines.map((column) => column.slice(1));
      const also = given.alsoMissing ?? alsoMissingOf(below);
      const style = given.decimal || given.thousands ? base : (styleOf(base, below, also) ?? base);
      const hasHeader = given.hasHeader ?? isHeader(lines, base.hasHeader, target, style);
      const names = namesOf(lines, hasHeader, columns);
      const cells = hasHeader ? below : lines;
      const { decimal, thousands } = style;
      const found = also.length > 0 || given.alsoMissing !== undefined;
      const format = {
        ...{ ...base, hasHeader, decimal, thousands },
        ...(separator !== undefined && { separator }),
        ...(found && { alsoMissing: [...also] }),
      };
      if (format.thousands === format.decimal) {
        throw badData(
          `"${format.decimal}" cannot be the decimal sign of ${path} and separate its thousands as well.`,
          'Choose another decimal sign, or another separator of thousands.',
        );
      }
      return {
        format: format as CsvFormat,
        names,
        cells,
        style: format,
        notes: [
          ...notesOf(name, format as CsvFormat, given, names, facts.hasMixedLineEnds),
          ...perhapsThousands(format as CsvFormat, given, names, cells),
        ],
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recogniseParquet(path: string) {
  return withDuckDb(async (connection) => {
    const columns = await parquetColumns(connection, path);
    const sql = parquetSql(path, columns);
    const cells = await firstOf(duckDbCells(connection, sql), columns.length, path);
    const names = columns.map(({ name }) => ({ name, isUnnamed: false }));
    const style: NumberStyle = { decimal: '.', thousands: '' };
    return { format: { type: 'parquet' } as const, names, cells, style, notes: [] };
  });
}

async function wideSniffed(path: string, format: CsvFormat) {
  const first = await firstRecord(path, { ...format, hasHeader: false });
  return { format, columns: first.length };
}

/** Texts of the first rows. @throws {AppError} bad-data */
async function firstOf(cells: CellSource, columns: number, path: string) {
  // Of a wide table fewer rows, which hold as many cells.
  const rows = Math.max(SHOWN_ROWS, Math.min(PROFILED_ROWS, Math.floor(PROFILED_CELLS / columns)));
  try {
    return await firstTexts(cells, columns, rows + 1);
  } catch (error) {
    throw irregular(path, error);
  }
}

/**
 * Whether the first line names the columns. DuckDB takes numbers above a column of numbers for data, and
 * so does this; but words above words are a header to it only if other columns say so.
 */
function isHeader(
  lines: readonly (readonly (string | null)[])[],
  sniffed: boolean,
  target: string | null,
  style: NumberStyle,
): boolean {
  // Years are names if one of them is asked for.
  if (target !== null && lines.some(([first]) => first === target)) return true;
  if (lines.some((column) => column.length < 2)) return true;
  const isData = lines.some(([first, ...others]) =>
    [first, ...others].every(
      (cell) => cell !== null && cell !== undefined && isNumber(cell, style),
    ),
  );
  return isData ? false : sniffed || lines.every(([first]) => first !== null && first !== '');
}

function namesOf(
  lines: readonly (readonly (string | null)[])[],
  hasHeader: boolean,
  columns: number,
): readonly Names[] {
  const header = Array.from({ length: columns }, (_, at) =>
    hasHeader ? (lines[at]?.[0] ?? '') : '',
  );
  return columnNames(header).map((name, at) => ({
    name,
    isUnnamed: hasHeader && header[at] === '',
  }));
}

/** Marks where a number is missing, in the order of the file. */
function alsoMissingOf(cells: readonly (readonly (string | null)[])[]): readonly string[] {
  const isMissing = missingTest();
  return [...new Set(cells.flatMap((own) => marksIn(own, isMissing, isAnyNumber)))];
}

/** A decimal comma, if more columns are numbers with it; null if not. */
function styleOf(
  { separator }: CsvFormat,
  cells: readonly (readonly (string | null)[])[],
  also: readonly string[],
): NumberStyle | null {
  if (separator === ',') return null;
  const isMissing = missingTest(also);
  const numbers = (style: NumberStyle) =>
    cells.filter((own) => profileOf('', false, own, style, isMissing).holds === 'numbers').length;
  const plain = numbers({ decimal: '.', thousands: '' });
  const styles = [
    { decimal: ',', thousands: '' },
    { decimal: ',', thousands: '.' },
  ];
  const counts = styles.map(numbers);
  const most = Math.max(...counts);
  return most > plain ? (styles[counts.indexOf(most)] ?? null) : null;
}

function notesOf(
  name: string,
  format: CsvFormat,
  given: GivenFormat,
  names: readonly Names[],
  hasMixedLineEnds: boolean,
): string[] {
  const repeated = names.filter(({ name: own }) => / \(\d+\)$/.test(own));
  return [
    ...(format.encoding === 'utf-8' || given.encoding !== undefined
      ? []
      : [`${name} is read as ${encodings[format.encoding]}.`]),
    ...(format.separator === ',' || given.separator !== undefined
      ? []
      : [`Its columns are separated by ${separatorText(format.separator)}.`]),
    ...(format.decimal === '.' || given.decimal !== undefined
      ? []
      : ['Its numbers have a decimal comma.']),
    ...(format.thousands === '' || given.thousands !== undefined
      ? []
      : [`Its thousands are separated by "${format.thousands}".`]),
    ...(format.skip === 0 || given.skip !== undefined
      ? []
      : [`Its first ${format.skip === 1 ? 'line is' : `${format.skip} lines are`} skipped.`]),
    ...(hasMixedLineEnds ? ['Its lines end in different ways, which makes no difference.'] : []),
    ...(format.hasHeader || given.hasHeader !== undefined
      ? []
      : [`${name} has no header line: its columns are called column 1 to column ${names.length}.`]),
    ...(given.alsoMissing === undefined
      ? (format.alsoMissing ?? []).map((word) => `"${word}" is taken for a missing cell.`)
      : []),
    ...repeated.map(({ name: own }) => `A column's name is there twice: one is called "${own}".`),
  ];
}

/** Numbers such as 1.100, which may be thousands where a comma is the decimal sign. */
function perhapsThousands(
  { separator, decimal, thousands }: CsvFormat,
  given: GivenFormat,
  names: readonly Names[],
  cells: readonly (readonly (string | null)[])[],
): string[] {
  const isChosen = given.decimal !== undefined || given.thousands !== undefined;
  if (isChosen || separator === ',' || decimal !== '.' || thousands !== '') return [];
  const isGrouped = (cell: string | null) => cell !== null && /^-?[1-9]\d{0,2}\.\d{3}$/.test(cell);
  const column = cells.findIndex((own) => own.length > 1 && own.every(isGrouped));
  if (column < 0) return [];
  return [
    `Every number of "${names[column]?.name}" is written like ${cells[column]?.[0]}, with three digits after a point. If the point separates thousands, choose it for that.`,
  ];
}

function noColumn(path: string, target: string, profiles: readonly ColumnProfile[]) {
  const shown = profiles.slice(0, 12).map(({ name }) => `"${name}"`);
  const more = profiles.length > 12 ? `, and ${profiles.length - 12} more` : '';
  return badData(
    `${path} has no column "${target}".`,
    `Choose one of: ${shown.join(', ')}${more}.`,
  );
}

function sizeOf(path: string): number {
  try {
    const facts = statSync(path);
    if (facts.isDirectory()) throw badData(`${path} is a folder.`, 'Choose a file in it.');
    return facts.size;
  } catch (error) {
    throw unreadable(path, error);
  }
}
