import { parse } from 'csv-parse/sync';
import { badData } from './badData';
import { csvHeader, isNumber } from './csvHeader';
import { csvText } from './csvText';
import type { TargetKind } from '../../shared/runs/run';
import { datasetOf, regressionOf, type Dataset, type OnProgress } from './dataset';

interface Cells {
  readonly cells: readonly string[];
  /** Line in the file, from 1. */
  readonly line: number;
}

/**
 * Reads a table with one label column; every other column holds numbers.
 *
 * @param bytes the file's content
 * @param name of the file, for messages
 * @param label header of the label column, or `column N` where there is no header
 * @param standardise scales each column to mean 0 and standard deviation 1
 * @param target whether that column names classes or has a number to predict
 * @param onProgress bytes parsed
 * @throws {AppError} bad-data, naming file, line and column
 */
export function csvDataset(
  bytes: Uint8Array,
  name: string,
  label: string,
  standardise: boolean,
  target?: TargetKind,
  onProgress: OnProgress = () => {},
): Dataset {
  const { text, note } = csvText(bytes, name);
  const table = tableOf(text, name, onProgress);
  if (table.length === 0) {
    throw badData(`${name} is empty.`, 'Give a CSV file with a header line and at least two rows.');
  }
  const { columns, isThere } = csvHeader(
    table.map(({ cells }) => cells),
    name,
    label,
  );
  const rows = isThere ? table.slice(1) : table;
  const labelAt = labelColumn(columns, name, label, isThere);
  if (columns.length < 2) {
    throw badData(`${name} has only the label column.`, 'Add at least one column of numbers.');
  }
  if (rows.length === 0) {
    throw badData(`${name} has a header line but no rows.`, 'Add the rows to train on.');
  }
  const features = columns.length - 1;
  const raw = new Float64Array(rows.length * features);
  rows.forEach(({ cells, line }, row) => {
    let at = row * features;
    cells.forEach((cell, column) => {
      if (column === labelAt) return;
      raw[at++] = numberOf(cell, `${name}, line ${line}, column "${columns[column] ?? ''}"`);
    });
  });
  const notes = [
    ...(note === null ? [] : [note]),
    ...(isThere
      ? []
      : [
          `${name} has no header line: its columns are called column 1 to column ${columns.length}.`,
        ]),
  ];
  if (target === 'number') {
    const numbers = Float32Array.from(rows, ({ cells, line }) =>
      numberOf(cells[labelAt] ?? '', `${name}, line ${line}, column "${label}"`),
    );
    return { ...regressionOf(raw, features, numbers, standardise), notes };
  }
  const classes = classesOf(rows, labelAt, name, label);
  const numberByClass = new Map(classes.names.map((own, index) => [own, index]));
  const labels = Int32Array.from(
    rows,
    ({ cells }) => numberByClass.get(classes.nameOf(cells[labelAt] ?? '')) ?? 0,
  );
  const dataset = datasetOf(raw, features, labels, classes.names, standardise);
  return { ...dataset, notes: [...notes, ...targetNote(label, classes.names, rows.length)] };
}

/** Labels that are numbers and hardly repeat are probably measurements, which make no useful classes. */
function targetNote(label: string, classes: readonly string[], rows: number): string[] {
  const areMeasured = classes.some((own) => isNumber(own) && !Number.isInteger(Number(own)));
  const hardlyRepeats = classes.length > 20 && classes.length > rows / 2;
  if (!hardlyRepeats && !(areMeasured && classes.length > 20)) return [];
  return [
    `"${label}" has ${classes.length} different values in ${rows} rows, and each is treated as a class of its own. If it is a number to predict, choose that as the target.`,
  ];
}

function tableOf(text: string, name: string, onProgress: OnProgress): Cells[] {
  try {
    const lines: number[] = [];
    const rows = parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      // Only the line number is kept: the parser's full info takes more memory than the row.
      on_record: (cells, info) => {
        lines.push(info.lines);
        onProgress(info.bytes, text.length);
        return cells;
      },
    });
    return rows.map((cells, index) => ({ cells, line: lines[index] as number }));
  } catch (error) {
    // csv-parse names line and column counts in its message.
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(
      `${name} is not a regular table: ${reason}`,
      'Give every row as many cells as the header.',
    );
  }
}

function labelColumn(
  header: readonly string[],
  name: string,
  label: string,
  isThere: boolean,
): number {
  const at = header.indexOf(label);
  if (at >= 0) return at;
  const shown = header.slice(0, 12).map((own) => `"${own}"`);
  const more = header.length > 12 ? `, and ${header.length - 12} more` : '';
  const what = isThere ? '' : ' and no header line: its first row is data';
  throw badData(
    `${name} has no column "${label}"${what}.`,
    `Choose one of: ${shown.join(', ')}${more}.`,
  );
}

/** What pandas takes for a missing value (read_csv, na_values). */
const MISSING = new Set([
  '',
  ...['#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN'],
  ...['<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'],
]);

interface Classes {
  readonly names: readonly string[];
  /** The class of a cell; equal numbers are one class, however they are written. */
  readonly nameOf: (cell: string) => string;
}

function classesOf(rows: readonly Cells[], labelAt: number, name: string, label: string): Classes {
  for (const { cells, line } of rows) {
    const cell = cells[labelAt] ?? '';
    if (MISSING.has(cell)) {
      const what = cell === '' ? 'empty' : `${cell}, a missing value`;
      throw badData(
        `${name}, line ${line}: the label "${label}" is ${what}.`,
        'Fill it in or remove the row.',
      );
    }
  }
  const found = [...new Set(rows.map(({ cells }) => cells[labelAt] ?? ''))];
  const areNumbers = found.every(isNumber);
  const nameOf = (cell: string) => (areNumbers ? String(Number(cell)) : cell);
  const classes = [...new Set(found.map(nameOf))];
  if (classes.length === 1) {
    throw badData(
      `${name} has one class only: every row's "${label}" is "${classes[0]}".`,
      'A classifier needs at least two classes; choose another label column or add rows.',
    );
  }
  if (classes.length > 1_000) {
    throw badData(
      `${name} has ${classes.length} different values in "${label}".`,
      'Choose a label column with at most 1,000 classes.',
    );
  }
  const names = classes.sort((a, b) => (areNumbers ? Number(a) - Number(b) : a < b ? -1 : 1));
  return { names, nameOf };
}

function numberOf(cell: string, where: string): number {
  const value = isNumber(cell) ? Number(cell) : NaN;
  if (Number.isFinite(value) && Number.isFinite(Math.fround(value))) return value;
  if (cell === '') throw badData(`${where}: the cell is empty.`, 'Fill it in or remove the row.');
  if (/^[+-]?(nan|inf(inity)?)$/i.test(cell) || isNumber(cell)) {
    throw badData(
      `${where}: ${cell} is not a finite 32-bit number.`,
      'Replace it or remove the row.',
    );
  }
  const shown = cell.length > 40 ? `${cell.slice(0, 40)}…` : cell;
  throw badData(
    `${where}: "${shown}" is not a number.`,
    'Remove the column or write it as numbers.',
  );
}
