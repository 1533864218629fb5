import { parse } from 'csv-parse/sync';
import { badData } from './badData';
import { datasetOf, type Dataset } from './dataset';

interface Cells {
  readonly cells: readonly string[];
  /** Line in the file, from 1. */
  readonly line: number;
}

/**
 * Reads a table with a header line and one label column; every other column is a number.
 *
 * @param bytes the file's content, UTF-8 with or without byte order mark
 * @param name of the file, for messages
 * @param label header of the label column
 * @param standardise brings each column to mean 0 and deviation 1
 * @throws {AppError} bad-data, naming file, line and column
 */
export function csvDataset(
  bytes: Uint8Array,
  name: string,
  label: string,
  standardise: boolean,
): Dataset {
  const [header, ...rows] = tableOf(textOf(bytes, name), name);
  if (header === undefined) {
    throw badData(`${name} is empty.`, 'Give a CSV file with a header line and at least two rows.');
  }
  const labelAt = labelColumn(header.cells, name, label);
  if (header.cells.length < 2) {
    throw badData(`${name} has only the label column.`, 'Add at least one column of numbers.');
  }
  if (rows.length === 0) {
    throw badData(`${name} has a header line but no rows.`, 'Add the rows to train on.');
  }
  const classes = classesOf(rows, labelAt, name, label);
  const features = header.cells.length - 1;
  const raw = new Float64Array(rows.length * features);
  rows.forEach(({ cells, line }, row) => {
    let at = row * features;
    cells.forEach((cell, column) => {
      if (column === labelAt) return;
      raw[at++] = numberOf(cell, `${name}, line ${line}, column "${header.cells[column] ?? ''}"`);
    });
  });
  const numberByClass = new Map(classes.map((own, index) => [own, index]));
  const labels = Int32Array.from(rows, ({ cells }) => numberByClass.get(cells[labelAt] ?? '') ?? 0);
  return datasetOf(raw, features, labels, classes, standardise);
}

function textOf(bytes: Uint8Array, name: string): string {
  if (bytes.includes(0)) {
    throw badData(`${name} is not a text file (it holds zero bytes).`, 'Give a CSV file in UTF-8.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badData(`${name} is not UTF-8 text.`, 'Save the file as CSV in UTF-8, then try again.');
  }
}

function tableOf(text: string, name: string): Cells[] {
  try {
    const records = parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    // csv-parse names line and column counts in its message.
    const reason = error instanceof Error ? error.message : String(error);
    throw badData(
      `${name} is not a regular table: ${reason}`,
      'Give every row as many cells as the header.',
    );
  }
}

function labelColumn(header: readonly string[], name: string, label: string): number {
  const twice = header.find((own, index) => header.indexOf(own) !== index);
  if (twice !== undefined) {
    throw badData(`${name} has two columns named "${twice}".`, 'Give every column its own name.');
  }
  const at = header.indexOf(label);
  if (at >= 0) return at;
  const shown = header.slice(0, 12).map((own) => `"${own}"`);
  const more = header.length > 12 ? `, and ${header.length - 12} more` : '';
  throw badData(`${name} has no column "${label}".`, `Choose one of: ${shown.join(', ')}${more}.`);
}

function classesOf(rows: readonly Cells[], labelAt: number, name: string, label: string): string[] {
  for (const { cells, line } of rows) {
    if (cells[labelAt] === '') {
      throw badData(
        `${name}, line ${line}: the label "${label}" is empty.`,
        'Fill it in or remove the row.',
      );
    }
  }
  const classes = [...new Set(rows.map(({ cells }) => cells[labelAt] ?? ''))];
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
  const areNumbers = classes.every((own) => Number.isFinite(Number(own)));
  return classes.sort((a, b) =>
    areNumbers && Number(a) !== Number(b) ? Number(a) - Number(b) : a < b ? -1 : 1,
  );
}

function numberOf(cell: string, where: string): number {
  const value = cell === '' ? NaN : Number(cell);
  if (Number.isFinite(value) && Number.isFinite(Math.fround(value))) return value;
  if (cell === '') throw badData(`${where}: the cell is empty.`, 'Fill it in or remove the row.');
  if (
    /^[+-]?(nan|inf(inity)?)$/i.test(cell) ||
    Number.isFinite(value) ||
    Math.abs(value) === Infinity
  ) {
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
