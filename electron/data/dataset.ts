import type { DataShape } from '../../shared/architecture/dataFit';

/** Rows to learn a class from: features float32 row-major; labels as class numbers. */
export interface Dataset {
  readonly rows: number;
  readonly features: number;
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  /** Class names; a label is an index into them. Numbers sort as numbers, other names by code unit. */
  readonly classes: readonly string[];
  /** sha256 over shape, inputs and labels: what the network sees. */
  readonly sha256: string;
}

export function dataShapeOf({ features, classes, inputs }: Dataset): DataShape {
  return {
    features,
    classes: classes.length,
    range: () => ({
      min: inputs.reduce((least, value) => Math.min(least, value), Infinity),
      max: inputs.reduce((most, value) => Math.max(most, value), -Infinity),
      areWhole: inputs.every(Number.isInteger),
    }),
  };
}
