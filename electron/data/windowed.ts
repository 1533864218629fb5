import { windowCount, type Windows } from '../../shared/data/windows';
import { badData } from './badData';
import { groupSizesOf, hashed, targetsOf, type Dataset } from './dataset';
import { refuseTooLarge } from './refuseTooLarge';

/**
 * A series cut into windows: each input is some rows in a row, [length, features], and its target that of a
 * later row. No window reaches over the end of a group, or from the rows to train on into those of a file for
 * validation.
 * @param gaps rows before which others were left out, over which no window reaches either
 * @throws {AppError} bad-data if there are too few rows, out-of-memory
 */
export function windowed(
  dataset: Dataset,
  windows: Windows,
  { path, validation }: { readonly path: string; readonly validation: string },
  gaps: ReadonlySet<number>,
  memoryBytes: number,
): Dataset {
  const { length, ahead } = windows;
  const { features: own, inputs, labels, numbers, classes, rowWeights, groups } = dataset;
  const width = windows.withTarget ? targetsWidth(dataset) : 0;
  const features = own + width;
  const pieces = piecesOf(dataset, gaps);
  const aside = dataset.heldOut?.rows ?? 0;
  const starts = startsIn(pieces, windows);
  const held = starts.filter(({ rows }) => (rows[0] as number) >= dataset.rows - aside).length;
  if (starts.length === held || (aside > 0 && held === 0)) {
    const isAside = starts.length > held;
    const own = pieces.filter(([row = 0]) => row >= dataset.rows - aside === isAside);
    const longest = own.reduce((most, rows) => Math.max(most, rows.length), 0);
    const needed = length + ahead;
    const where = groups === null ? '' : ' in its longest group';
    const between = gaps.size === 0 ? '' : ' between rows that are left out';
    throw badData(
      `A window of ${length} rows and its target ${ahead} later need ${needed} rows in a row, but ${isAside ? validation : path} has ${longest}${where}${between}.`,
      'Take a shorter window, or a file with more rows.',
    );
  }
  refuseTooLarge(path, starts.length, length * features, memoryBytes);
  const cut = new Float32Array(starts.length * length * features);
  for (const [window, { rows, at: start }] of starts.entries()) {
    for (let step = 0; step < length; step++) {
      const row = rows[start + step] as number;
      const at = (window * length + step) * features;
      cut.set(inputs.subarray(row * own, (row + 1) * own), at);
      if (width > 0) cut.set(targetOf(dataset, row, width), at + own);
    }
  }
  const wanted = starts.map((start) => targetRow(start, windows));
  const targets = targetsOf(dataset);
  const taken = new Float32Array(starts.length * targets);
  wanted.forEach((row, at) => {
    if (numbers !== null) {
      taken.set(numbers.subarray(row * targets, (row + 1) * targets), at * targets);
    }
  });
  const { columns, notes, targetScale } = dataset;
  return {
    ...hashed({
      rows: starts.length,
      features: length * features,
      inputs: cut,
      labels: numbers === null ? Int32Array.from(wanted, (row) => labels[row] as number) : labels,
      numbers: numbers && taken,
      classes,
      rowWeights: rowWeights && Float32Array.from(wanted, (row) => rowWeights[row] as number),
      groups: groups && renumbered(Int32Array.from(wanted, (row) => groups[row] as number)),
      heldOut: held > 0 ? { rows: held, by: 'file' } : null,
    }),
    rowShape: [length, features],
    columns,
    notes,
    targetScale,
  };
}

/** Of each window the row whose target it has, from 0. */
export function targetRowsOf(
  dataset: Dataset,
  windows: Windows,
  gaps: ReadonlySet<number>,
): readonly number[] {
  return startsIn(piecesOf(dataset, gaps), windows).map((start) => targetRow(start, windows));
}

/** Where a window begins, in rows that follow each other. */
interface Start {
  readonly rows: readonly number[];
  readonly at: number;
}

function startsIn(pieces: readonly (readonly number[])[], windows: Windows): readonly Start[] {
  return pieces.flatMap((rows) =>
    Array.from({ length: windowCount(rows.length, windows) }, (_, at) => ({
      rows,
      at: at * windows.stride,
    })),
  );
}

function targetRow({ rows, at }: Start, { length, ahead }: Windows): number {
  return rows[at + length - 1 + ahead] as number;
}

/** Rows that follow each other in time: those of a group, of the rows to train on and then of those held out. */
function piecesOf(
  { rows, groups, heldOut }: Dataset,
  gaps: ReadonlySet<number>,
): readonly (readonly number[])[] {
  const firstAside = rows - (heldOut?.rows ?? 0);
  const pieces = new Map<string, number[]>();
  let stretch = 0;
  for (let row = 0; row < rows; row++) {
    if (gaps.has(row)) stretch++;
    const key = `${row < firstAside ? 0 : 1} ${groups?.[row] ?? 0} ${stretch}`;
    const own = pieces.get(key);
    if (own === undefined) pieces.set(key, [row]);
    else own.push(row);
  }
  // Rows to train on come first, whatever the groups.
  return [...pieces.values()].sort((a, b) => Number(isAside(a)) - Number(isAside(b)));

  function isAside([first = 0]: readonly number[]): boolean {
    return first >= firstAside;
  }
}

/** How many numbers a row's own target has as an input: its class as one-hot. */
function targetsWidth({ numbers, classes, rows }: Dataset): number {
  return numbers === null ? classes.length : numbers.length / rows;
}

function targetOf({ numbers, labels }: Dataset, row: number, width: number): Float32Array {
  if (numbers !== null) return numbers.subarray(row * width, (row + 1) * width);
  const own = new Float32Array(width);
  own[labels[row] as number] = 1;
  return own;
}

/** Without the groups that are too short for a window. */
function renumbered(groups: Int32Array): Int32Array {
  const sizes = groupSizesOf(groups);
  let next = 0;
  const places = sizes.map((size) => (size === 0 ? 0 : next++));
  return groups.map((group) => places[group] as number);
}
