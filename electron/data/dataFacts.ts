import type { DataFacts } from '../../shared/architecture/dataFacts';
import { dataShapeOf, groupSizesOf, targetsOf, type Dataset } from './dataset';

export function factsOf(dataset: Dataset): DataFacts {
  const { rows, features, rowShape, classes, sha256, columns, notes, labels, ...own } = dataset;
  return {
    rows,
    features,
    rowShape,
    classes,
    targets: targetsOf(dataset),
    areLabels: areLabels(dataset.numbers),
    sha256,
    heldOut: own.heldOut,
    isWeighted: own.rowWeights !== null,
    groupSizes: own.groups && groupSizesOf(own.groups),
    targetScale: own.targetScale,
    columns,
    notes,
    arrays: dataset.arrays ?? null,
    range: dataShapeOf(dataset).range(),
    areLabelsSorted: areSorted(labels),
  };
}

/** Whether rows come class after class. */
export function areSorted(labels: Int32Array): boolean {
  if (labels.length === 0) return false;
  const follows = (sign: 1 | -1) =>
    labels.every((own, row) => row === 0 || sign * own >= sign * (labels[row - 1] as number));
  return follows(1) || follows(-1);
}

/** Whether numbers to predict are all 0 or 1. */
export function areLabels(numbers: Float32Array | null): boolean {
  return numbers !== null && numbers.every((value) => value === 0 || value === 1);
}
