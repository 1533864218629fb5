import { float32Text } from '../lib/float32Text';
import {
  classProbabilities,
  labelProbabilities,
  mostProbable,
  type Outputs,
} from './probabilities';
import type { Truth } from './evaluation';

/** Predictions row by row, as a table of a file has them. */
export interface PredictionTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The first predictions of a file. */
export interface Predictions extends PredictionTable {
  readonly path: string;
  /** How many rows there are in all. */
  readonly count: number;
  /** How many were left out, since a value is missing. */
  readonly leftOut: number;
  /** Why the targets that the file has are not shown; null where there are none, or they are. */
  readonly withoutTargets: string | null;
}

export interface Predicted {
  /** Of numbers: in their own unit. */
  readonly outputs: Outputs;
  readonly kind: 'class' | 'labels' | 'number';
  readonly classes: readonly string[];
  /** Names of the numbers or labels that are predicted. */
  readonly targets: readonly string[];
  /** What each row is called. */
  readonly names: readonly (string | number)[];
  /** What is right; null where it is not known. */
  readonly truth: Truth | null;
}

/**
 * A line for each row: its name, what is right where that is known, what is predicted, and with what
 * probability each class or label.
 */
export function predictionTable(own: Predicted): PredictionTable {
  const first = own.names.some((name) => typeof name === 'string') ? 'file' : 'row';
  const { columns, cellsOf } = columnsOf(own);
  return {
    columns: [first, ...columns],
    rows: own.names.map((name, row) => [name, ...cellsOf(row)]),
  };
}

interface Columns {
  readonly columns: readonly string[];
  readonly cellsOf: (row: number) => readonly (string | number)[];
}

function columnsOf({ outputs, kind, classes, targets, truth }: Predicted): Columns {
  if (kind === 'class') {
    const width = classes.length;
    const probabilities = classProbabilities(outputs);
    const labels = truth?.target === 'class' ? truth.labels : null;
    return {
      columns: [
        ...(labels === null ? [] : ['true']),
        'predicted',
        ...classes.map((name) => `p(${name})`),
      ],
      cellsOf: (row) => [
        ...(labels === null ? [] : [classes[labels[row] as number] ?? '']),
        classes[mostProbable(probabilities, width, row)] ?? '',
        ...probabilities.subarray(row * width, (row + 1) * width),
      ],
    };
  }
  const width = targets.length;
  const values = kind === 'labels' ? labelProbabilities(outputs) : outputs.values;
  const right = truth === null || truth.target === 'class' ? null : truth.values;
  const at = (own: ArrayLike<number>, row: number, place: number) =>
    own[row * width + place] as number;
  return {
    columns: targets.flatMap((name) => [
      ...(right === null ? [] : [`true ${name}`]),
      name,
      ...(kind === 'labels' ? [`p(${name})`] : []),
    ]),
    cellsOf: (row) =>
      targets.flatMap((_, place) => {
        const value = at(values, row, place);
        return [
          // Kept as float32: the number that was read is the shortest of those that are it.
          ...(right === null ? [] : [Number(float32Text(at(right, row, place)))]),
          ...(kind === 'labels' ? [Number(value > 0.5), value] : [value]),
        ];
      }),
  };
}

/** As CSV (RFC 4180), with a header. */
export function predictionsCsv({ columns, rows }: PredictionTable): string {
  const line = (cells: readonly (string | number)[]) => `${cells.map(cellText).join(',')}\n`;
  return [columns, ...rows].map(line).join('');
}

function cellText(cell: string | number): string {
  if (typeof cell === 'number') return String(cell);
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
