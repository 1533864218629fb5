import type { DataShape } from './dataFit';

/** What is known about a data set that was read, without its numbers. */
export interface DataFacts {
  readonly rows: number;
  readonly features: number;
  readonly rowShape: readonly number[];
  readonly classes: readonly string[];
  /** sha256 over shape, inputs and labels. */
  readonly sha256: string;
  readonly range: { readonly min: number; readonly max: number; readonly areWhole: boolean };
  /** Whether rows are sorted by class, so that the last ones are only of the last classes. */
  readonly areLabelsSorted: boolean;
  /** What is unexpected about the files. */
  readonly notes: readonly string[];
}

export function shapeOfFacts({ features, rowShape, classes, range }: DataFacts): DataShape {
  return { features, rowShape, classes: classes.length, range: () => range };
}
