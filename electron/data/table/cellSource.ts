/** A column that is asked for, and how. */
export interface Wanted {
  readonly at: number;
  readonly isText: boolean;
}

/** Some rows of the columns that were asked for. */
export interface Batch {
  readonly rows: number;
  /** Doubles of a column: NaN where a cell is missing, infinite where it is no number. Not to be changed. */
  readonly numbers: (index: number) => Float64Array;
  /** Texts of a column, trimmed; null where there is none. */
  readonly texts: (index: number) => readonly (string | null)[];
}

/** The cells of a table's file, row by row in its order. */
export interface CellSource {
  /**
   * @param most rows; null for all
   * @throws {AppError} stopped; anything else says what is wrong with the file
   */
  readonly batches: (
    wanted: readonly Wanted[],
    signal: AbortSignal | null,
    most: number | null,
  ) => AsyncGenerator<Batch>;
  /** A cell as it is written; null if there is none. */
  readonly cellAt: (row: number, column: number) => Promise<string | null>;
}

/** The texts of the first rows, column by column. */
export async function firstTexts(
  source: CellSource,
  columns: number,
  most: number,
): Promise<(string | null)[][]> {
  const cells = Array.from({ length: columns }, (): (string | null)[] => []);
  const wanted = cells.map((_, at) => ({ at, isText: true }));
  for await (const batch of source.batches(wanted, null, most)) {
    cells.forEach((own, at) => {
      for (const text of batch.texts(at)) own.push(text);
    });
  }
  return cells;
}
