import type { TableSource } from '../../../shared/data/kinds/table';
import { columnRoles, type Column } from '../../../shared/data/table/columns';
import { isNumber } from '../../../shared/data/table/cellText';
import { alsoMissingIn } from '../../../shared/data/table/format';
import { missingTest } from '../../../shared/data/table/missingWords';
import { AppError } from '../../../shared/lib/appError';
import { cutText } from '../../../shared/lib/cutText';
import { badData } from '../badData';
import type { ReadPorts } from '../readPorts';
import type { CellSource } from './cellSource';
import { irregular } from './irregular';
import type { PreparedTable } from './preparedTable';
import type { RawTable } from './rawTable';

/** A column that is read: its place in the file, and what its cells become. */
export interface ReadColumn {
  readonly column: Column;
  readonly at: number;
  readonly isText: boolean;
  /** Different texts in the order in which they were found; a cell is an index into them. */
  readonly found: Map<string, number>;
  /** How many of them another file had, which was read before; null if there was none. */
  readonly known: number | null;
}

/** Reads the cells of a table that are used, as numbers. */
export class CellReader {
  /** In the order of the file, targets among them. */
  readonly columns: readonly ReadColumn[];
  readonly table: PreparedTable;
  /** Rows of the file that were left out, from 0. */
  readonly leftOut: number[] = [];
  /** Rows that stay, counted from 0, before which some were left out. */
  readonly gaps = new Set<number>();
  readonly #isMissing: (cell: string) => boolean;
  #kept = 0;
  #row = 0;

  /** @param before the reader of another file with the same columns, whose texts keep their numbers */
  constructor(source: TableSource, table: PreparedTable, before: CellReader | null) {
    this.table = table;
    this.#isMissing = missingTest(alsoMissingIn(source.format));
    const isClass = (column: Column) => column.role === 'target' && source.target === undefined;
    const targets = source.columns.filter(({ role }) => role === 'target');
    const own = source.columns.flatMap((column, at): ReadColumn[] => {
      if (column.role === 'left-out') return [];
      // Several columns of classes are one-hot: numbers, of which one is 1.
      const isText =
        columnRoles[column.role].isCategory || (isClass(column) && targets.length === 1);
      return [{ column, at, isText, found: new Map<string, number>(), known: null }];
    });
    // The texts of rows that were read before keep their numbers, and columns their order.
    this.columns =
      before?.columns.flatMap(({ column: { name }, found }) =>
        own
          .filter(({ column }) => column.name === name)
          .map((column) => ({ ...column, found, known: found.size })),
      ) ?? own;
  }

  get width(): number {
    return this.columns.length;
  }

  /** How many rows were left out. */
  get dropped(): number {
    return this.leftOut.length;
  }

  /** @throws {AppError} bad-data, stopped */
  async read(raw: RawTable, ports: ReadPorts): Promise<void> {
    const { cells, typedCells, path } = this.table;
    if (typedCells !== null) {
      try {
        return await this.#readFrom(typedCells, raw, ports);
      } catch (error) {
        if (error instanceof AppError) throw error;
        // A cell is no number, such as True, or the table is not regular: the other way says what it is.
        raw.clear();
      }
    }
    try {
      await this.#readFrom(cells, raw, ports);
    } catch (error) {
      throw irregular(path, error);
    }
  }

  async #readFrom(cells: CellSource, raw: RawTable, ports: ReadPorts): Promise<void> {
    this.#row = 0;
    this.#kept = 0;
    this.leftOut.length = 0;
    this.gaps.clear();
    for (const { found, known } of this.columns) {
      for (const [text, code] of found) if (code >= (known ?? 0)) found.delete(text);
    }
    for await (const batch of cells.batches(this.columns, ports.signal, null)) {
      const values = this.columns.map((column, index) =>
        column.isText ? codesOf(batch.texts(index), column, this.#isMissing) : batch.numbers(index),
      );
      const kept = await this.#keptOf(raw, batch.rows, values);
      raw.add(kept.rows, kept.values);
      this.#row += batch.rows;
      ports.onProgress(this.#row, this.table.rows);
    }
  }

  /** The rows of a chunk that stay, with what stands for missing cells; NaN where that is a mean. */
  async #keptOf(
    raw: RawTable,
    rows: number,
    values: readonly Float64Array[],
  ): Promise<{ readonly rows: number; readonly values: readonly Float64Array[] }> {
    let isDropped: Uint8Array | null = null;
    const kept = [...values];
    for (const [index, own] of values.entries()) {
      const { column } = this.columns[index] as ReadColumn;
      const isWeight = column.role === 'weight';
      for (let row = 0; row < rows; row++) {
        const value = own[row] as number;
        // Finite as float32: anything else less itself is not 0.
        if (Math.fround(value) - Math.fround(value) === 0) {
          if (isWeight && value < 0) {
            throw await this.#refusal(this.#row + row, index);
          }
          continue;
        }
        // An empty text has no words, and is none that is missing.
        const isNoText = column.role === 'tokens' && column.missing === 'refuse';
        if (!isNoText && (!Number.isNaN(value) || column.missing === 'refuse')) {
          throw await this.#refusal(this.#row + row, index);
        }
        if (column.missing === 'drop') (isDropped ??= new Uint8Array(rows))[row] = 1;
        else if (isNoText || column.missing === 'fill') {
          // The chunk's own memory is not changed.
          if (kept[index] === own) kept[index] = Float64Array.from(own);
          (kept[index] as Float64Array)[row] = this.#fillOf(index);
        } else raw.hasMissing = true;
      }
    }
    if (isDropped === null) {
      this.#kept += rows;
      return { rows, values: kept };
    }
    const marks = isDropped;
    const dropped = marks.reduce((sum, own) => sum + own, 0);
    for (const [row, mark] of marks.entries()) {
      if (mark === 1) {
        this.gaps.add(this.#kept);
        this.leftOut.push(this.#row + row);
      } else this.#kept++;
    }
    return {
      rows: rows - dropped,
      values: kept.map((own) => own.filter((_, row) => marks[row] === 0)),
    };
  }

  #fillOf(index: number): number {
    const { column, isText, found } = this.columns[index] as ReadColumn;
    const fill = column.fill ?? '';
    if (isText) return codeOf(found, fill);
    const value = Number(fill);
    if (fill.trim() !== '' && Number.isFinite(Math.fround(value))) return value;
    throw badData(
      `"${fill}" is to stand for missing values of "${column.name}", but it is not a number.`,
      'Choose a number.',
    );
  }

  async #refusal(row: number, index: number): Promise<AppError> {
    const { column, at } = this.columns[index] as ReadColumn;
    const cell = (await this.table.cells.cellAt(row, at)) ?? '';
    const where = `${this.table.path}, ${this.table.whereIs(row)}, column "${column.name}"`;
    if (cell === '' || this.#isMissing(cell)) {
      return badData(
        `${where}: ${cell === '' ? 'the cell is empty' : `${cell} is a missing value`}.`,
        column.role === 'number'
          ? 'Fill it in, or choose what is done with missing values: leave the row out, use the mean or a number.'
          : 'Fill it in, or choose what is done with missing values: leave the row out, or use a word.',
      );
    }
    if (column.role === 'weight' && Number.isFinite(Number(cell))) {
      return badData(`${where}: a weight is ${cell}.`, 'Use 0 or a positive number.');
    }
    const shown = cutText(cell, 40);
    if (isNumber(cell) || /^[+-]?(nan|inf(inity)?)$/i.test(cell)) {
      return badData(
        `${where}: ${shown} is not a finite 32-bit number.`,
        'Replace it, remove the row, or leave the column out.',
      );
    }
    const targets = this.columns.filter((own) => own.column.role === 'target');
    if (column.role === 'target' && targets.length > 1) {
      const names = targets.slice(0, 3).map((own) => `"${own.column.name}"`);
      return badData(
        `${where}: "${shown}" is not a number, but there are ${targets.length} targets (${names.join(', ')}${targets.length > 3 ? ', ...' : ''}), which are numbers then.`,
        'Choose one of them as the target, and give the others another role.',
      );
    }
    return badData(
      `${where}: "${shown}" is not a number.`,
      'Correct it, or choose another role for the column, such as one-hot or left out.',
    );
  }
}

/** Texts as indices of the different ones; NaN where a cell is missing. */
function codesOf(
  texts: readonly (string | null)[],
  { found }: ReadColumn,
  isMissing: (cell: string) => boolean,
): Float64Array {
  return Float64Array.from(texts, (text) =>
    text === null || isMissing(text) ? NaN : codeOf(found, text),
  );
}

function codeOf(found: Map<string, number>, text: string): number {
  const known = found.get(text);
  if (known !== undefined) return known;
  found.set(text, found.size);
  return found.size - 1;
}
