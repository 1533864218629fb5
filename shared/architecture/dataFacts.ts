import type { TargetScale } from '../data/targetScale';
import type { HeldOut } from '../training/heldOut';
import type { InputColumn } from '../data/table/inputColumn';
import type { DataShape, NamedArray, NumberRange } from './dataFit';

/** What is known about a data set that was read, without its numbers. */
export interface DataFacts {
  readonly rows: number;
  readonly features: number;
  readonly rowShape: readonly number[];
  /** Empty if a row has numbers to predict instead of a class. */
  readonly classes: readonly string[];
  /** How many numbers a row has to predict; 0 if it has a class. */
  readonly targets: number;
  /** Whether those are all 0 or 1: labels, of which a row may have several. */
  readonly areLabels: boolean;
  /** Names and rows of several arrays, whose numbers follow one another in a row; null for other data. */
  readonly arrays: readonly NamedArray[] | null;
  /** sha256 over shape, inputs and labels. */
  readonly sha256: string;
  readonly range: NumberRange;
  /** Whether rows are sorted by class, so that the last ones are only of the last classes. */
  readonly areLabelsSorted: boolean;
  /** Rows that a file of their own holds out. */
  readonly heldOut: HeldOut | null;
  /** Whether each row has a weight of its own. */
  readonly isWeighted: boolean;
  /** How many rows each group has; null if there are no groups. */
  readonly groupSizes: readonly number[] | null;
  /** How the numbers to predict were scaled; null if they are as they were read. */
  readonly targetScale: readonly TargetScale[] | null;
  /** What each column of a table became; null for what is no table. */
  readonly columns: readonly InputColumn[] | null;
  /** What is unexpected about the files. */
  readonly notes: readonly string[];
}

export function shapeOfFacts({
  features,
  rowShape,
  classes,
  targets,
  range,
  arrays,
}: DataFacts): DataShape {
  return {
    features,
    rowShape,
    classes: classes.length,
    targets,
    arrays,
    range: () => range,
    rangeWithin: () => null,
  };
}

/** As people are told: `3 classes`, `1 number to predict`. */
export function targetText({ classes, targets }: Pick<DataFacts, 'classes' | 'targets'>): string {
  if (targets === 0) return `${classes.length} classes`;
  return targets === 1 ? '1 number to predict' : `${targets} numbers to predict`;
}
