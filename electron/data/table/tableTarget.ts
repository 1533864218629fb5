import type { TargetScale } from '../../../shared/data/targetScale';
import { badData } from '../badData';
import type { ReadColumn } from './cellReader';
import type { ColumnStatistics } from './columnStatistics';
import { categoriesIn } from './tablePart';

export interface TargetValues {
  readonly labels: Int32Array;
  readonly numbers: Float32Array | null;
  readonly classes: readonly string[];
}

/** Collects what is to be learned, block by block. */
export interface Target {
  /** @param first row of the block @param columns of all that is read */
  readonly take: (first: number, columns: readonly Float64Array[]) => void;
  readonly done: () => TargetValues;
}

/** How target columns are scaled, by the rows to train on; a constant one is only moved to 0. */
export function scalesOf(
  targets: readonly (readonly [place: number, own: ReadColumn])[],
  statistics: readonly ColumnStatistics[],
): readonly TargetScale[] {
  return targets.map(([place, { column }]) => {
    const { mean, deviation } = statistics[place] as ColumnStatistics;
    return { name: column.name, mean, deviation: deviation === 0 ? 1 : deviation };
  });
}

/**
 * Numbers to predict.
 * @param places of the target columns
 * @param scales of each; null leaves them as they are
 */
export function numberTarget(
  rows: number,
  places: readonly number[],
  scales: readonly TargetScale[] | null,
): Target {
  const numbers = new Float32Array(rows * places.length);
  return {
    take: (first, columns) => {
      places.forEach((place, at) => {
        const { mean, deviation } = scales?.[at] ?? { mean: 0, deviation: 1 };
        columns[place]?.forEach((value, row) => {
          numbers[(first + row) * places.length + at] = (value - mean) / deviation;
        });
      });
    },
    done: () => ({ labels: new Int32Array(), numbers, classes: [] }),
  };
}

const MOST_CLASSES = 1_000;

/**
 * Classes: those that one column names, or one-hot columns, of which a row has a 1 in one.
 * @throws {AppError} bad-data
 */
export function classTarget(
  rows: number,
  targets: readonly (readonly [place: number, own: ReadColumn])[],
  path: string,
): Target {
  const labels = new Int32Array(rows);
  const [first] = targets;
  if (targets.length > 1 || first === undefined) {
    return {
      take: (start, columns) => oneHotLabels(labels, start, targets, columns, path),
      done: () => ({ labels, numbers: null, classes: targets.map(([, own]) => own.column.name) }),
    };
  }
  const [place, own] = first;
  const { names, places } = categoriesIn(own, path);
  refuseClasses(names, own.column.name, path);
  return {
    take: (start, columns) => {
      columns[place]?.forEach((code, row) => {
        labels[start + row] = places[code] as number;
      });
    },
    done: () => ({ labels, numbers: null, classes: names }),
  };
}

function refuseClasses(names: readonly string[], column: string, path: string): void {
  if (names.length === 1) {
    throw badData(
      `${path} has one class only: every row's "${column}" is "${names[0]}".`,
      'A classifier needs at least two classes; choose another target column or add rows.',
    );
  }
  if (names.length > MOST_CLASSES) {
    throw badData(
      `${path} has ${names.length.toLocaleString('en')} different values in "${column}".`,
      'Make it a number to predict, or choose a target with at most 1,000 classes.',
    );
  }
}

function oneHotLabels(
  labels: Int32Array,
  start: number,
  targets: readonly (readonly [place: number, own: ReadColumn])[],
  columns: readonly Float64Array[],
  path: string,
): void {
  const own = targets.map(([place]) => columns[place] as Float64Array);
  const rows = own[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    const at = own.findIndex((values) => values[row] === 1);
    if (at >= 0 && own.every((values, index) => values[row] === (index === at ? 1 : 0))) {
      labels[start + row] = at;
      continue;
    }
    throw badData(
      `${path}, row ${start + row + 1}: the target columns have ${own.map((values) => values[row]).join(', ')}.`,
      'Columns that name classes together have a 1 for the class of a row and 0 otherwise. If a row may have several labels or none, choose that the targets are numbers to predict: 0 and 1 are then labels.',
    );
  }
}
